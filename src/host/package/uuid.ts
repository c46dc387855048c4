import { createHash } from "node:crypto"

/** Namespace of domain names, RFC 9562 §6.6. */
const DNS = Buffer.from("6ba7b8109dad11d180b400c04fd430c8", "hex")

/** The vendor identifier that the draft recommends: version 5, of a domain name. */
export function vendorIdOf(domain: string): Buffer {
    return uuid5(DNS, domain)
}

/** The class identifier that the draft recommends: version 5, in the vendor's own namespace. */
export function classIdOf(domain: string, model: string): Buffer {
    return uuid5(vendorIdOf(domain), model)
}

/** As it is usually written. */
export function uuidText(uuid: Uint8Array): string {
    const digits = Buffer.from(uuid).toString("hex")
    return [0, 8, 12, 16, 20].map((from, i, starts) => digits.slice(from, starts[i + 1])).join("-")
}

/** A name-based UUID, RFC 9562 §5.5. */
function uuid5(namespace: Buffer, name: string): Buffer {
    const uuid = createHash("sha1").update(namespace).update(name).digest().subarray(0, 16)
    uuid[6] = (uuid[6] & 0x0f) | 0x50
    uuid[8] = (uuid[8] & 0x3f) | 0x80
    return uuid
}
