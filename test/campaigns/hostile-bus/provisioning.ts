/** The commands that make a unit what it is, as a factory says them, with what the peer would like them to bring. */
import type { Siege } from "./siege"
import { sha256Of } from "./subject"
import { serviceClassOf, wordsOf } from "./words"

/** In the order of a factory, where the order matters. */
const PROVISIONING = [
    "create_key",
    "write_pairing_secret",
    "write_certificates",
    "keep_program",
    "keep_identity",
    "lock_element",
] as const

/** Time between two commands, in milliseconds: no moment is longer than that. */
const EVERY_MS = 10

/** One of them again and again, or all of them in turn. */
export function beginProvisioning({ peer, random, program, subject }: Siege): void {
    const domovoi = serviceClassOf("domovoi")
    const index = 1 + (peer.devices.get(program) ?? []).indexOf(domovoi)
    const { certificate, policy, hostile } = subject
    const size = Buffer.alloc(2)
    size.writeUInt16LE(certificate.length)
    const payloads: Record<(typeof PROVISIONING)[number], Buffer[]> = {
        create_key: [Buffer.alloc(0)],
        write_pairing_secret: [Buffer.alloc(16, 0x5e)],
        write_certificates: pieces(certificate),
        keep_program: [Buffer.concat([sha256Of(hostile[0].image), policy])],
        keep_identity: [Buffer.concat([size, Buffer.from("STOLEN-1\0"), sha256Of(certificate)])],
        lock_element: [Buffer.alloc(0)],
    }
    const words = wordsOf(domovoi)
    const only = random.below(3) ? undefined : PROVISIONING[random.below(PROVISIONING.length)]
    const said = PROVISIONING.filter(name => only === undefined || name === only).flatMap(name => {
        const word = words.find(word => word.name === `domovoi ${name}`)
        // A campaign that says what nobody understands would find nothing.
        if (!word) throw new Error(`services/domovoi.md has no ${name}`)
        return payloads[name].map(payload => ({ command: word.command, payload }))
    })
    let next = random.below(said.length)
    peer.after(random.below(EVERY_MS), () =>
        peer.every(EVERY_MS, () => {
            const { command, payload } = said[next++ % said.length]
            peer.command(program, index, command, payload)
        }),
    )
}

/** The certificates as `write_certificates` takes them, each piece behind its offset. */
function pieces(certificates: Buffer): Buffer[] {
    const found: Buffer[] = []
    for (let at = 0; at < certificates.length; at += 128) {
        const offset = Buffer.alloc(2)
        offset.writeUInt16LE(at)
        found.push(Buffer.concat([offset, certificates.subarray(at, at + 128)]))
    }
    return found
}
