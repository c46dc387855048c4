import { createHash } from "node:crypto"
import { PAYLOAD_NAME } from "../../core/suit/labels"
import { InputError } from "../input-error"
import { encodeEnvelope } from "../package/envelope"
import { readEnvelope } from "../package/read-envelope"

/** A package as it is used: its head goes to the device, its program to the device's runtime. */
export interface PackageParts {
    /** The envelope without the program: signatures and manifest. */
    head: Buffer
    /** Undefined if the package brings a trust policy. */
    program: Buffer | undefined
    /** SHA-256 of the program in lowercase hex. */
    sha256: string | undefined
}

/** @param path for messages @throws InputError if the bytes are no SUIT envelope */
export function packageParts(path: string, bytes: Buffer): PackageParts {
    const envelope = readEnvelope(path, bytes)
    const program = envelope.members.find(([key]) => key === PAYLOAD_NAME)?.[1]
    if (program?.length === 0) throw new InputError(`${path}: its program is empty`)
    const head = encodeEnvelope({ ...envelope, members: envelope.members.filter(([key]) => key !== PAYLOAD_NAME) })
    return { head, program, sha256: program && createHash("sha256").update(program).digest("hex") }
}
