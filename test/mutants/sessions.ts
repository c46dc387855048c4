/** Devices, and hubs, that take for somebody's what is not. */
import { encodeFrame, programDeviceId } from "../../simulators/bus/frame"
import type { Bench } from "../../src/host/conformance/bench"
import { packetsHeard } from "../../src/host/conformance/tests/frames"
import { answersProvedTest } from "../../src/host/conformance/tests/peers"
import { rolesOf } from "../../src/host/conformance/tests/transport"
import { readPairingCode } from "../../src/host/identity/pairing-secret"
import { lying } from "../conformance/lying"
import { HEARS_AGAIN, KEYS_OF_EVERY_START } from "./hears-again"
import type { Mutant } from "./mutant"

const COMMANDS = "src/core/owner/commands.ts"
const HOUSEHOLD = "src/core/session/device/household.ts"
const KUDOS = "src/core/session/kudos/device.ts"
const PEOPLE = "src/core/session/device/serve-people.ts"
const SERVER = "src/core/session/device/session-server.ts"
const START_SERVER = "devs/servers/start-server.ts"
const SUITE = "src/core/session/aes-ctr-hmac-suite.ts"
const UNPROTECT = "src/core/session/unprotect.ts"

/** Packets of registers, and what is asked for one. */
const isRegister = (command: number) => command >= 0x1000 && command < 0x2000
/** `serial_number` of `domovoi`, which is the first service of a gas valve. */
const SERIAL_NUMBER = { serviceIndex: 1, command: 0x1188 }

/** A device that tells nobody on the bus what its registers hold, as far as anybody hears. */
const silentRegisters = (bench: Bench): Bench =>
    lying(bench, {
        heard: () =>
            bench
                .heard()
                .filter(heard =>
                    packetsHeard(lying(bench, { heard: () => [heard] }), 0, Number.POSITIVE_INFINITY).every(
                        ({ isCommand, command }) => isCommand || !isRegister(command),
                    ),
                ),
    })

/** And one that tells its serial number nevertheless. */
function tellsItsSerialNumber(bench: Bench): Bench {
    let program = ""
    return lying(bench, {
        async begin(test) {
            await bench.begin(test)
            program = programDeviceId(await bench.link.chip())
        },
        heard() {
            const frame = encodeFrame(program, 0, { ...SERIAL_NUMBER, payload: Buffer.from("SIM-1") })
            return [...bench.heard(), { atMs: bench.nowMs() - 1, frame }]
        },
    })
}

export const SESSION_MUTANTS: readonly Mutant[] = [
    {
        name: "label-on-the-bus",
        caughtBy: "C1.3-sealed",
        device: "doorbell",
        breaks: "Whoever listens when its owner is let in hears by what.",
        bench(bench) {
            let secret: Uint8Array = new Uint8Array(0)
            return lying(bench, {
                async label() {
                    const label = await bench.label()
                    secret = readPairingCode(label.code)!
                    return label
                },
                heard: () => [...bench.heard(), { atMs: bench.nowMs(), frame: secret }],
            })
        },
        seen: "the label's secret",
    },
    {
        name: "tells-its-owner-in-the-clear",
        caughtBy: "C1.3-registers",
        device: "gas-valve",
        madeGood: { bench: silentRegisters },
        breaks: "What its owner's hub asks for, whoever listens is told.",
        bench: tellsItsSerialNumber,
        seen: "domovoi.serial_number",
    },
    {
        name: "tells-strangers-which-it-is",
        caughtBy: "C2.2-registers",
        device: "gas-valve",
        madeGood: { bench: silentRegisters },
        breaks: "Whoever is on its bus is told its serial number.",
        bench: tellsItsSerialNumber,
        seen: "domovoi.serial_number",
    },
    {
        name: "does-not-look-at-seals",
        caughtBy: "C1.3-altered",
        device: "doorbell",
        breaks: "Whatever looks like a message of its owner's is one.",
        change: [[SUITE, "if (!constantTimeEqual(tag, givenTag)) return undefined", ""]],
        seen: "BadRequest; sealed",
    },
    {
        name: "hears-all-again",
        caughtBy: "C1.3-replayed",
        device: "doorbell",
        breaks: "Whatever was said to it is said once more.",
        change: HEARS_AGAIN,
        seen: "no sealed answer later; one",
    },
    {
        name: "hears-all-of-yesterday-again",
        caughtBy: "C1.3-replayed",
        device: "doorbell",
        breaks: "Whatever was said to it before it was switched off is said once more.",
        change: KEYS_OF_EVERY_START,
        seen: "no sealed answer after a power cut; one",
    },
    {
        name: "hears-in-any-order",
        caughtBy: "C1.3-reordered",
        device: "doorbell",
        breaks: "What somebody has held back is done when they like.",
        change: [
            [UNPROTECT, "if (!window.admits(number)) return { refusal: SessionRefusal.Replayed }", ""],
            [UNPROTECT, "if (!window.accept(number)) return { refusal: SessionRefusal.Replayed }", ""],
        ],
        seen: "when it comes late: not done; done",
    },
    {
        name: "answers-answers",
        caughtBy: "C1.3-reflected",
        device: "doorbell",
        breaks: "It takes what it has said itself for something that it is asked.",
        change: [
            [SERVER, "if (!message || !isRequest(message.code)) return undefined", "if (!message) return undefined"],
        ],
        seen: "answer to its own response: nothing; Unauthorized",
    },
    {
        name: "old-keys-for-ever",
        caughtBy: "C1.3-old-keys",
        device: "doorbell",
        breaks: "The keys of one start are good in the next, and so is whoever has copied a hub once.",
        change: [
            [
                KUDOS,
                "        await this.advance(keys, record.sent, 0)\n",
                "        if (message) await this.advance(keys, record.sent, 0)\n",
            ],
        ],
        seen: "other keys after a start; the same",
    },
    {
        name: "strangers-may-disable-it",
        caughtBy: "C2.2-strangers",
        device: "doorbell",
        breaks: "Whoever is on its bus is heard when they want it disabled, though it has an owner.",
        change: [[COMMANDS, "OWNER_COMMANDS = hex`ff0000 001000`", "OWNER_COMMANDS = hex`ff0000 ff0000`"]],
        seen: "disable by a stranger: not implemented; NotAllowed",
    },
    {
        name: "serves-strangers-while-it-starts",
        caughtBy: "C2.2-strangers",
        device: "doorbell",
        breaks: "As long as it does not know whose it is it is anybody's.",
        change: [
            [
                START_SERVER,
                "rowOf(server.commands, packet.serviceCommand) < 0 || strangersMay()",
                "rowOf(server.commands, packet.serviceCommand) < 0 || strangersMay() !== false",
            ],
        ],
        seen: "while it starts",
    },
    {
        name: "neighbours-are-somebody",
        caughtBy: "C2.2-other-unit",
        device: "doorbell",
        breaks: "It goes on with whoever has keys of any unit.",
        change: [[SUITE, "if (!constantTimeEqual(tag, givenTag)) return undefined", ""]],
        seen: "no sealed answer to the neighbour; one",
    },
    {
        name: "removed-in-name-only",
        caughtBy: "C2.2-removed",
        device: "doorbell",
        breaks: "Whoever was removed comes and goes as before.",
        change: [
            [PEOPLE, "if (!(await household.remove(place))) return bare(CoapCode.Forbidden)", ""],
            [PEOPLE, "    await forget(place)\n", ""],
        ],
        seen: "by whoever was removed: Unauthorized; ",
    },
    {
        name: "invitations-last",
        caughtBy: "C2.2-expired",
        device: "doorbell",
        breaks: "An invitation of years ago lets somebody in.",
        change: [[HOUSEHOLD, "const left = next[at + field] - 1", "const left = next[at + field]"]],
        seen: "by an invitation that is too old: UnknownCredential; None",
    },
    {
        name: "hub-that-believes-anybody",
        caughtBy: "C2.2-answers-proved",
        device: "doorbell",
        breaks: "It is answered by whoever is in between, and its owner's hub takes that for its own.",
        test: answersProvedTest(async by => {
            const told = await rolesOf(by)
            return told === "Authentication" ? "owner" : told
        }),
        seen: "with its last bit altered: Authentication; owner",
    },
    {
        name: "stands-still-for-strangers",
        caughtBy: "AV.1-sessions",
        device: "gas-valve",
        breaks: "It thinks so long of whatever a stranger says that it forgets its gas.",
        change: [
            [
                SERVER,
                "        this.ports.log.record(Event.Refusal, Refused.Session, refusal)\n",
                "        for (let n = 0; n < 20000; n++) this.waiting += 0\n",
            ],
        ],
    },
    {
        name: "strangers-first",
        caughtBy: "AV.1-owner-served",
        device: "doorbell",
        breaks: "Whoever it knows waits until all strangers are done, who never are.",
        change: [
            [SERVER, "            this.waiting--\n", "            if (same(frame, this.lastFrame)) this.waiting--\n"],
        ],
        seen: "no answer",
    },
]
