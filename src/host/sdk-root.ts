import { packageRoot } from "../../simulators/package-root"

/** Root folder of this package, from its sources and from the built command alike. */
export const sdkRoot = packageRoot
