// @ts-expect-error the package's `exports` field hides the declarations it ships
import * as library from "jacdac-ts"
import type * as Types from "../../node_modules/jacdac-ts/dist/types/src/jacdac"

export type { JDBus, JDDevice, JDService, JDServiceServer } from "../../node_modules/jacdac-ts/dist/types/src/jacdac"

/** The `jacdac-ts` library with its types: specification constants, packing, and the JDOM client and server. */
export const jacdac: typeof Types = library
