import { IocType } from "@sclera/sdk";
import { clean } from "./clean.ts";
import { checkEmail } from "./email.ts";
import { Fault } from "./fault.ts";
import { checkHash } from "./hash.ts";
import { checkAddress } from "./ip.ts";
import { checkDomain, checkHostname } from "./name.ts";
import { refang } from "./refang.ts";
import { checkUrl } from "./url.ts";

/** What an operator can set. */
export interface Config {
  tag_changes: boolean;
  tag_prefix: string;
  reject_invalid: boolean;
  reject_private_ips: boolean;
}

/** A value that can be right. */
export interface Indicator {
  /** The one way to write it. */
  value: string;
  /** Whether it was sent defanged. */
  refanged: boolean;
  /** Whether it was sent in another way than the one way to write it, apart from that. */
  normalised: boolean;
}

type Check = (value: string, type: IocType, config: Config) => string;

/** Reads a value of a type: from what was sent to the one way to write it. */
export function readIndicator(type: IocType, sent: string, config: Config): Indicator {
  const check = checkOf(type);
  if (!check) return { value: sent, refanged: false, normalised: false };
  const cleaned = clean(sent);
  const refanged = check === checkHash ? cleaned : refang(cleaned, type === IocType.URL);
  if (refanged === "") throw new Fault(`the value of an IOC of the type ${type.name} is empty`);
  const value = check(refanged, type, config);
  return { value, refanged: refanged !== cleaned, normalised: cleaned !== sent || value !== refanged };
}

/** How the values of a type are checked; undefined for a type that has no rules. */
function checkOf(type: IocType): Check | undefined {
  switch (type) {
    case IocType.IP_ANY:
    case IocType.IP_SRC:
    case IocType.IP_DST:
      return checkAddress;
    case IocType.DOMAIN:
      return checkDomain;
    case IocType.HOSTNAME:
      return checkHostname;
    case IocType.EMAIL:
    case IocType.EMAIL_SRC:
    case IocType.EMAIL_DST:
      return checkEmail;
    case IocType.URL:
      return checkUrl;
    case IocType.MD5:
    case IocType.SHA1:
    case IocType.SHA224:
    case IocType.SHA256:
    case IocType.SHA384:
    case IocType.SHA512:
      return checkHash;
    default:
      // The odd characters of a file name may be the very thing to find it by.
      return undefined;
  }
}
