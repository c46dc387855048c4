import type { FieldValue } from "../../../simulators/bus/service-spec"
import { CHALLENGE_BYTES } from "../../core/identity/attestation"
import type { RandomBytes } from "../identity/random-bytes"
import { callWhenFree, isBusy } from "../unit/call-when-free"
import { certificatesOf } from "../unit/certificates-of"
import { readDocument } from "../unit/read-document"
import { LinkError, type UnitLink } from "../unit/unit-link"
import type { LogFile } from "./log-file"

/** More entries than any device keeps: one that goes on beyond that is none of ours. */
const MOST_PIECES = 1024
/** How often it is begun anew because a piece was lost on the way, or somebody else read at the same time. */
const MOST_READINGS = 5

/** What a unit handed out. */
export interface PulledLog extends LogFile {
    challenge: Uint8Array
}

/**
 * Reads a unit's log, and its signed statement about it.
 * @param onProgress hears how many entries were read
 * @throws LinkError if the unit does not answer, or hands nothing out
 */
export async function pullLog(
    link: UnitLink,
    random: RandomBytes,
    onProgress: (entries: number) => void,
): Promise<PulledLog> {
    const certificates = await certificatesOf(link)
    const pieces = await readPieces(link, onProgress)
    const challenge = random(CHALLENGE_BYTES)
    const { refusal } = await callWhenFree(link, "sign_log", { challenge })
    accept("a statement about its log", refusal)
    const statement = await readDocument(link, "attestation")
    return { certificates, exported: Buffer.concat([...pieces, statement]), challenge }
}

async function readPieces(link: UnitLink, onProgress: (entries: number) => void): Promise<Uint8Array[]> {
    for (let reading = 1; reading <= MOST_READINGS; reading++) {
        const pieces = await piecesInOneGo(link, onProgress)
        if (pieces) return pieces
    }
    throw new LinkError(
        `the unit does not hand out its log: it was begun anew ${MOST_READINGS} times; is another host at it?`,
    )
}

/** @returns undefined if a piece behind the first was lost: the unit hands out each once, and the first begins anew */
async function piecesInOneGo(link: UnitLink, onProgress: (entries: number) => void): Promise<Uint8Array[] | undefined> {
    const pieces: Uint8Array[] = []
    for (;;) {
        const report = await pieceOf(link, pieces.length)
        if (!report || (pieces.length > 0 && isBusy(report))) return undefined
        accept("its log", report.refusal)
        const piece = report.entry as Uint8Array
        if (piece.length === 0) return pieces
        if (pieces.length === MOST_PIECES)
            throw new LinkError(`the unit's log does not end after ${MOST_PIECES} entries`)
        pieces.push(piece)
        onProgress(pieces.length)
    }
}

async function pieceOf(link: UnitLink, piece: number): Promise<Record<string, FieldValue> | undefined> {
    if (piece === 0) return callWhenFree(link, "read_log", { piece })
    try {
        return await link.call("read_log", { piece })
    } catch (error) {
        if (error instanceof LinkError) return undefined
        throw error
    }
}

function accept(what: string, refusal: unknown): void {
    if (refusal !== "None") throw new LinkError(`the unit does not hand out ${what}: ${refusal}`)
}
