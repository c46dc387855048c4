/** Reading of packages by the host, also those that others made for other devices. */
import { Tag } from "cbor-x"
import { AUTHENTICATION, ENVELOPE_TAG, MANIFEST } from "../../core/suit/labels"
import { decoded } from "../cbor"
import { InputError } from "../input-error"
import type { EnvelopeParts } from "./envelope"

/**
 * @param path for messages
 * @throws InputError if the bytes are no SUIT envelope
 */
export function readEnvelope(path: string, bytes: Buffer): EnvelopeParts {
    const envelope = decoded(bytes)
    const members = envelope instanceof Tag && envelope.tag === ENVELOPE_TAG ? envelope.value : undefined
    if (!(members instanceof Map) || ![...members.values()].every(value => value instanceof Buffer))
        throw new InputError(`${path}: no SUIT envelope; give a file that domovoi sign made, or another of tag 107`)
    const keys = [...members.keys()]
    if (!keys.every(isMemberKey))
        throw new InputError(`${path}: an envelope's members are named by whole numbers of 32 bits, or by texts`)
    const wrapper = decoded(members.get(AUTHENTICATION) ?? Buffer.alloc(0))
    if (!Array.isArray(wrapper) || wrapper.length === 0 || !wrapper.every(item => item instanceof Buffer))
        throw new InputError(`${path}: its authentication wrapper is no list of byte strings`)
    if (!members.has(MANIFEST)) throw new InputError(`${path}: an envelope without a manifest`)
    const [digest, ...blocks] = wrapper
    return { digest, blocks, members: [...members].filter(([key]) => key !== AUTHENTICATION) }
}

/** Numbers are those that `CborWriter` writes. */
function isMemberKey(key: unknown): key is number | string {
    if (typeof key === "string") return true
    return Number.isInteger(key) && Math.abs(Number(key)) <= 0xffff_ffff
}
