// The module in JavaScript that is measured: see ../README.md.

import { Answer, Asset, defineModule, hook } from "@sclera/sdk";

export default defineModule({
  name: "bench-javascript",
  version: "1.0.0",
  description: "Is measured.",

  register(hooks) {
    for (const name of [hook.PRELOAD_IOC_CREATE, hook.PRELOAD_ASSET_CREATE, hook.PRELOAD_NOTE_CREATE]) {
      hooks.subscribe(name);
    }
  },

  handle(event) {
    switch (event.hook) {
      case hook.PRELOAD_ASSET_CREATE:
        return event.edit(Asset, (asset) => {
          asset.asset_tags.add("measured");
        });
      case hook.PRELOAD_NOTE_CREATE:
        return Answer.replace(event.objects());
      default:
        return Answer.unchanged();
    }
  },
});
