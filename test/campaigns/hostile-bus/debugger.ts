/** The runtime's debugger, which it serves on the bus to whoever asks. */
import { PIPE_INDEX } from "./peer"
import type { Siege } from "./siege"
import { fill, wordsOf } from "./words"

export const SRV_DEBUGGER = 0x155b5b40
const Command = { ReadIndexed: 0x82, ReadNamed: 0x83, ReadBytes: 0x85, Resume: 0x93, Halt: 0x94 } as const
/** What comes through the pipes that it is given. */
export const MEMORY_READ = "debugger: memory is read"
const ENABLED = 0x2001

/** Kinds of values (`ValueTag` of the debugger's specification). */
const Tag = { special: 2, array: 0x51, map: 0x52, buffer: 0x53, string: 0x54, frame: 0x55, any: 0x50 } as const
const GLOBALS = 100
/** Most slots that one request is for. */
const SLOTS = 200

interface Value {
    v0: number
    tag: number
}

/** Holds the program and lets it go, one way or another; or holds it, and reads what it has in memory. */
export function debugProgram(siege: Siege): void {
    const { peer, random, chip } = siege
    const index = 1 + (peer.devices.get(chip) ?? []).indexOf(SRV_DEBUGGER)
    const say = (command: number, payload: Buffer = Buffer.alloc(0)) => peer.command(chip, index, command, payload)
    say(ENABLED, Buffer.of(1))
    if (random.below(2)) readMemory(siege, say)
    else {
        const words = wordsOf(SRV_DEBUGGER).filter(({ kind }) => kind !== "get")
        const pipe = [peer.openPipe(MEMORY_READ)]
        peer.every([10, 60, 250][random.below(3)], () => {
            const word = words[random.below(words.length)]
            say(word.command, fill(word.fields, random, pipe))
        })
    }
}

function readMemory({ peer, random, lastsMs }: Siege, say: (command: number, payload?: Buffer) => void): void {
    const seen = new Set<string>()
    const queue: Value[] = [{ v0: GLOBALS, tag: Tag.special }]
    const found = (value: Value) => {
        const key = `${value.v0}/${value.tag}`
        if (seen.has(key) || (value.tag < Tag.any && value.tag !== Tag.special)) return
        seen.add(key)
        queue.push(value)
    }
    peer.hear(({ isCommand, deviceId, serviceIndex, payload }) => {
        if (!isCommand || deviceId !== peer.deviceId || serviceIndex !== PIPE_INDEX) return
        const bytes = Buffer.from(payload)
        // `value` has 11 bytes: two words, a function, a tag. `key_value` has a key before them.
        if (bytes.length === 11) found({ v0: bytes.readUInt32LE(0), tag: bytes[10] })
        if (bytes.length === 15) found({ v0: bytes.readUInt32LE(4), tag: bytes[14] })
    })
    peer.after(random.below(Math.max(1, lastsMs / 3)), () => {
        say(Command.Halt)
        peer.every(8, () => {
            const value = queue.shift()
            if (!value) return
            const [command, fields] = requestFor(value)
            say(command, Buffer.concat([peer.openPipe(MEMORY_READ), fields]))
        })
    })
    peer.after(0.9 * lastsMs, () => say(Command.Resume))
}

function requestFor({ v0, tag }: Value): [number, Buffer] {
    const fields = Buffer.alloc(10)
    fields.writeUInt32LE(v0)
    fields[4] = tag
    fields.writeUInt16LE(SLOTS, 8)
    if (tag === Tag.buffer || tag === Tag.string) return [Command.ReadBytes, fields]
    if (tag === Tag.map || tag === Tag.any) return [Command.ReadNamed, fields.subarray(0, 5)]
    return [Command.ReadIndexed, fields]
}
