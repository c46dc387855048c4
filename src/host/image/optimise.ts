/** The link-time optimiser: an image in, one that does the same in fewer bytes of code out. */

import { codeEnd } from "../image-header"
import { capturedSlots } from "./analysis/captured"
import { type Image, type ImageFiles, readImage, writeImage } from "./format/image"

import { branches } from "./passes/branches"
import { conditions } from "./passes/conditions"
import { constants } from "./passes/constants"
import { constructors } from "./passes/constructors"
import { copies } from "./passes/copies"
import { deadFunctions } from "./passes/dead-functions"
import { deadStores } from "./passes/dead-stores"
import { identicalFunctions } from "./passes/identical-functions"
import { indexOrder } from "./passes/index-order"
import { jumps } from "./passes/jumps"
import { lettingGo } from "./passes/letting-go"
import { methods } from "./passes/methods"
import { natives } from "./passes/natives"
import { packedSlots } from "./passes/packed-slots"
import { parts } from "./passes/parts"
import type { FunctionPass, ImagePass } from "./passes/pass"
import { registrationsApart, registrationsTogether } from "./passes/registrations"
import { results } from "./passes/results"
import { returns } from "./passes/returns"
import { sharedSlots } from "./passes/shared-slots"
import { shortJumps } from "./passes/short-jumps"
import { unusedSlots } from "./passes/slots"
import { stringTables } from "./passes/string-tables"
import { temporaries } from "./passes/temporaries"
import { unreachable } from "./passes/unreachable"
import { unusedClasses } from "./passes/unused-classes"

/** In the order in which they run. */
export interface Passes {
    /** Run on each function, again and again, until none of them finds anything more. */
    inFunctions: Record<string, FunctionPass>
    /** Run on each function behind those, once they save nothing more in any round without these. */
    atLast: Record<string, FunctionPass>
    /** Run on the whole image, once a round. */
    inImage: Record<string, ImagePass>
}

export const PASSES: Passes = {
    inFunctions: {
        shortJumps,
        constants,
        conditions,
        jumps,
        returns,
        unreachable,
        copies,
        deadStores,
        temporaries,
        sharedSlots,
        unusedSlots,
    },
    atLast: { lettingGo, results, branches, packedSlots, unusedSlots },
    inImage: {
        constructors,
        natives,
        registrationsApart,
        methods,
        unusedClasses,
        deadFunctions,
        identicalFunctions,
        parts,
        stringTables,
        indexOrder,
        registrationsTogether,
    },
}

/**
 * Equal input gives equal bytes, and what comes out does not change by another run: each round reads what the last one wrote, and the first round that
 * saves no byte of code does not count.
 * @param passes other ones than `PASSES` only to measure or to test them
 * @throws ImageError for bytes that are not an image of the supported format
 */
export function optimise(files: ImageFiles, passes: Passes = PASSES): ImageFiles {
    return optimiseInRounds(optimiseInRounds(files, { ...passes, atLast: {} }), passes)
}

function optimiseInRounds(files: ImageFiles, passes: Passes): ImageFiles {
    let best = files
    let bytes = codeBytes(readImage(files))
    for (;;) {
        const image = readImage(best)
        round(image, passes)
        const shorter = codeBytes(image)
        if (shorter >= bytes) return best
        best = writeImage(image)
        bytes = shorter
    }
}

function round(image: Image, { inFunctions, atLast, inImage }: Passes): void {
    const captured = capturedSlots(image.functions)
    image.functions.forEach((f, i) => {
        for (let changed = true, turns = 0; changed && turns < MAX_TURNS; turns++) {
            changed = false
            for (const pass of Object.values(inFunctions)) if (pass(f, { captured: captured[i] })) changed = true
        }
        for (const pass of Object.values(atLast)) pass(f, { captured: captured[i] })
    })
    for (const pass of Object.values(inImage)) pass(image)
}

/** Two passes that undo each other would never end. */
const MAX_TURNS = 20

function codeBytes(image: Image): number {
    return codeEnd(writeImage(image).image)
}
