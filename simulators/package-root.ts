import { dirname } from "node:path"
import { fileURLToPath } from "node:url"

/** Root folder of this package: one above this file, and one above the built command. */
export const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))
