import { IocType } from "@sclera/sdk";
import { clean } from "./clean.js";
import { checkEmail } from "./email.js";
import { Fault } from "./fault.js";
import { checkHash } from "./hash.js";
import { checkAddress } from "./ip.js";
import { checkDomain, checkHostname } from "./name.js";
import { refang } from "./refang.js";
import { checkUrl } from "./url.js";

/** Reads a value of a type: from what was sent to the one way to write it. */
export function readIndicator(type, sent, config) {
  const check = checkOf(type);
  if (!check) return { value: sent, refanged: false, normalised: false };
  const cleaned = clean(sent);
  const refanged = check === checkHash ? cleaned : refang(cleaned, type === IocType.URL);
  if (refanged === "") throw new Fault(`the value of an IOC of the type ${type.name} is empty`);
  const value = check(refanged, type, config);
  return { value, refanged: refanged !== cleaned, normalised: cleaned !== sent || value !== refanged };
}

/** How the values of a type are checked; undefined for a type that has no rules. */
function checkOf(type) {
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
