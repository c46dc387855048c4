/** The runtime's program manager, as a host uses it that installs a program, or reads one. */
import { FrameFlag } from "../../../simulators/bus/frame"
import { jacdac } from "../../../simulators/bus/jacdac"
import { PIPE_INDEX } from "./peer"
import type { Siege } from "./siege"
import { bytesOf } from "./words"

const PIECE_BYTES = 224
/** Longest that the runtime takes to make room for a program. Another request meanwhile would begin anew. */
const ASK_MS = 400
/** Time between two pieces: the runtime writes each to flash meanwhile. */
const PIECE_MS = 6

const managerOf = ({ peer, chip }: Siege) =>
    1 + (peer.devices.get(chip) ?? []).indexOf(jacdac.SRV_DEVICE_SCRIPT_MANAGER)

/** @param what anything if left out: rubbish, nothing at all, half a program, or one that does its worst */
export function deploy(siege: Siege, what?: "hostile"): void {
    const { peer, random, chip, subject } = siege
    const hostile = Buffer.from(subject.hostile[what ? 0 : random.below(subject.hostile.length)].image)
    const choices = [
        hostile,
        hostile,
        hostile,
        bytesOf(600, random),
        Buffer.alloc(0),
        hostile.subarray(0, hostile.length / 2),
    ]
    const image = what ? hostile : choices[random.below(choices.length)]
    const index = managerOf(siege)
    const size = Buffer.alloc(4)
    size.writeUInt32LE(random.below(12) || what ? image.length : [0xffffffff, 1 << 20, 3][random.below(3)])
    let sending = false
    peer.hear(({ deviceId, serviceIndex, command, payload, isCommand }) => {
        if (isCommand || sending || deviceId !== chip || serviceIndex !== index) return
        if (command !== jacdac.DeviceScriptManagerCmd.DeployBytecode || payload.length < 2) return
        sending = true
        sendPieces(siege, payload[0] | (payload[1] << 8), image)
    })
    const ask = () => {
        if (!sending) peer.command(chip, index, jacdac.DeviceScriptManagerCmd.DeployBytecode, size)
    }
    // Nobody answers while the chip starts.
    peer.every(ASK_MS, ask)
}

function sendPieces({ peer, chip }: Siege, port: number, image: Buffer): void {
    const { PIPE_PORT_SHIFT, PIPE_COUNTER_MASK, PIPE_CLOSE_MASK } = jacdac
    let at = 0
    const next = (counter: number) => {
        const piece = image.subarray(at, at + PIECE_BYTES)
        const last = piece.length === 0
        const command = (port << PIPE_PORT_SHIFT) | (counter & PIPE_COUNTER_MASK) | (last ? PIPE_CLOSE_MASK : 0)
        peer.command(chip, PIPE_INDEX, command, piece, FrameFlag.AckRequested)
        at += PIECE_BYTES
        if (!last) peer.after(PIECE_MS, () => next(counter + 1))
    }
    next(0)
}

export function readProgram(siege: Siege): void {
    const { peer, chip } = siege
    const pipe = peer.openPipe("manager: the program is read")
    peer.command(chip, managerOf(siege), jacdac.DeviceScriptManagerCmd.ReadBytecode, pipe)
    peer.after(400, () => peer.command(chip, managerOf(siege), jacdac.DeviceScriptManagerCmd.ReadBytecode, pipe))
}
