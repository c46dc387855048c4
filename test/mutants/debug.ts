/** Devices whose debug interfaces are said to be closed. None of ours is good: what is broken here was made good first. */
import { decodeHeader, decodePackets, encodeFrame } from "../../simulators/bus/frame"
import { jacdac } from "../../simulators/bus/jacdac"
import type { Bench } from "../../src/host/conformance/bench"
import { lockPlanTest } from "../../src/host/conformance/tests/debug"
import { lying } from "../conformance/lying"
import type { Mutant } from "./mutant"

const ATTESTATION = "src/core/identity/attestation.ts"
/** What a runtime without a debugger announces in its place: a service that it has as well. */
const INSTEAD = jacdac.SRV_DEVICE_SCRIPT_MANAGER

/** A bench at whose device the runtime's debugger is not announced. */
function withoutDebugger(bench: Bench): Bench {
    return lying(bench, {
        heard: () => bench.heard().map(({ atMs, frame }) => ({ atMs, frame: announcedWithout(frame) })),
    })
}

function announcedWithout(frame: Uint8Array): Uint8Array {
    const header = decodeHeader(frame)
    const [packet] = decodePackets(frame)
    const services = Buffer.from(packet?.payload ?? [])
    const at = services.indexOf(word(jacdac.SRV_DEVS_DBG))
    if (!header || packet.serviceIndex !== 0 || packet.command !== 0 || at < 0) return frame
    word(INSTEAD).copy(services, at)
    return encodeFrame(header.deviceId, header.flags, { ...packet, payload: services })
}

function word(value: number): Buffer {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return bytes
}

export const DEBUG_MUTANTS: readonly Mutant[] = [
    {
        name: "one-fuse-not-burnt",
        caughtBy: "C1.6-lock-plan",
        device: "doorbell",
        madeGood: { test: lockPlanTest("test/mutants/lock-plans/closed") },
        breaks: "Its plan closes every way but JTAG.",
        test: lockPlanTest("test/mutants/lock-plans/open-jtag"),
        seen: "1 of 6 ways stay open: debug",
    },
    {
        name: "no-plan-for-its-board",
        caughtBy: "C1.6-lock-plan",
        device: "doorbell",
        madeGood: { test: lockPlanTest("test/mutants/lock-plans/closed") },
        breaks: "Nobody has written down how its board is locked.",
        test: lockPlanTest("test/mutants/lock-plans"),
        seen: "a lock plan of the board",
    },
    {
        name: "opens-its-debugger-at-restart",
        caughtBy: "C1.6-attested",
        device: "doorbell",
        madeGood: { change: [[ATTESTATION, "const DEBUG_ENABLED = 0", "const DEBUG_ENABLED = 2"]] },
        breaks: "It says that its debug interfaces are closed as long as it is in the factory.",
        change: [[ATTESTATION, ".int(DEBUG_ENABLED)", ".int(condition.bootCount() > 1 ? 0 : DEBUG_ENABLED)"]],
        seen: "enabled, as the device says itself",
    },
    {
        name: "debugger-comes-late",
        caughtBy: "C1.6-bus-debugger",
        device: "doorbell",
        madeGood: { bench: withoutDebugger },
        breaks: "Its runtime announces its debugger when it has run for a while.",
        bench: bench => lying(bench, { heard: () => [...bench.heard(), ...lateDebugger(bench)] }),
        seen: "the runtime's debugger",
    },
]

/** The last thing that the chip has announced, with a debugger in it. */
function lateDebugger(bench: Bench): { atMs: number; frame: Uint8Array }[] {
    const last = bench.heard().findLast(({ frame }) => decodePackets(frame).some(has(INSTEAD)))
    if (!last) return []
    const header = decodeHeader(last.frame)!
    const [packet] = decodePackets(last.frame)
    const payload = Buffer.concat([packet.payload, word(jacdac.SRV_DEVS_DBG)])
    return [{ atMs: bench.nowMs(), frame: encodeFrame(header.deviceId, header.flags, { ...packet, payload }) }]
}

const has =
    (serviceClass: number) =>
    ({ serviceIndex, command, payload }: { serviceIndex: number; command: number; payload: Uint8Array }) =>
        serviceIndex === 0 && command === 0 && Buffer.from(payload).includes(word(serviceClass))
