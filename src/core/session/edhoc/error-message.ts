/** EDHOC error messages (RFC 9528 §6). Nobody signs them: what they say is a hint, and never a reason to do what would not be done without them. */
import { SIMPLE } from "../../cbor/major"
import { CborWriter } from "../../cbor/writer"
import { copyOf } from "../../crypto/copy-of"
import { hex } from "../../crypto/hex"
import { readerOf, readSuites } from "./messages"
import { EdhocRefusal } from "./refusal"
import type { CipherSuite } from "./suites"

export enum EdhocErrorCode {
    /** Reserved; ends a session all the same. */
    Success = 0,
    Unspecified = 1,
    WrongSelectedSuite = 2,
    UnknownCredential = 3,
}

/** Longest text that is read. */
const TEXT_LENGTH = 64
const ERROR_BYTES = 32
const TRUE = 21

export interface EdhocError {
    /** Whether it is an error message in its form. */
    wellFormed: boolean
    /** Codes that are not known here are read as they come. */
    code: number
    /** SUITES_R of code 2. */
    suites: number[]
    /** Of code 1. */
    text: string
}

/** Code and information for a refusal. @param suite the only one that is supported here */
export function errorMessage(refusal: number, suite: CipherSuite): Buffer {
    // Code 3 with the value true.
    if (refusal === EdhocRefusal.UnknownCredential) return copyOf(hex`03f5`)
    const cbor = new CborWriter(ERROR_BYTES)
    return refusal === EdhocRefusal.WrongSuite
        ? cbor.int(EdhocErrorCode.WrongSelectedSuite).int(suite.number).finish()
        : cbor.int(EdhocErrorCode.Unspecified).text(`refusal ${refusal}`).finish()
}

export function readErrorMessage(bytes: Buffer): EdhocError {
    const cbor = readerOf(bytes)
    const code = cbor.int()
    let suites: number[] = []
    let text = ""
    if (code === EdhocErrorCode.Unspecified) text = cbor.text(TEXT_LENGTH).toString()
    else if (code === EdhocErrorCode.WrongSelectedSuite) suites = readSuites(cbor)
    else if (code === EdhocErrorCode.UnknownCredential && cbor.head(SIMPLE) !== TRUE)
        cbor.refuse(EdhocRefusal.Unexpected)
    else if (code !== EdhocErrorCode.UnknownCredential) return { wellFormed: cbor.refusal === 0, code, suites, text }
    cbor.finish()
    return { wellFormed: cbor.refusal === EdhocRefusal.None, code, suites, text }
}

/**
 * The suite to select after error code 2 (RFC 9528 §6.3.1): the one that we prefer of those that the other end names. All that we prefer to it go into
 * SUITES_I with it, so an end that supports one of those refuses it again: a forged message leads to no weaker suite.
 * @param ours all that we support, in our order, which never changes
 * @param selected index of what was refused
 * @returns an index, or why there is none
 */
export function suiteAfter(
    ours: readonly CipherSuite[],
    selected: number,
    suites: readonly number[],
): { index: number; refusal: EdhocRefusal } {
    for (let index = 0; index < ours.length; index++)
        for (const number of suites)
            if (ours[index].number === number)
                return { index, refusal: index === selected ? EdhocRefusal.NegotiationLoop : EdhocRefusal.None }
    return { index: selected, refusal: EdhocRefusal.NoCommonSuite }
}
