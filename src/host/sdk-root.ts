import { readFileSync } from "node:fs"
import { join } from "node:path"
import { packageRoot } from "../../simulators/package-root"

/** Root folder of this package, from its sources and from the built command alike. */
export const sdkRoot = packageRoot

/** Version of this package. */
export function sdkVersion(): string {
    return JSON.parse(readFileSync(join(sdkRoot, "package.json"), "utf8")).version
}
