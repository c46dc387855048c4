/** What a pass is: one way to say the same in fewer bytes. It says what it assumes and what it leaves as it was. */

import type { ImageFunction } from "../format/code"
import type { Image } from "../format/image"

export interface Surroundings {
    /** Locals of the function that closures reach. */
    captured: ReadonlySet<number>
}

/** Works on one function, in place. @returns whether it changed anything */
export type FunctionPass = (f: ImageFunction, surroundings: Surroundings) => boolean

/** Works on the whole image, in place. @returns whether it changed anything */
export type ImagePass = (image: Image) => boolean
