/** Devices that take, keep or tell of people more than was agreed to. */

import { decodeHeader, decodePackets, encodeFrame, programDeviceId } from "../../simulators/bus/frame"
import type { Bench } from "../../src/host/conformance/bench"
import { lying } from "../conformance/lying"
import type { Mutant } from "./mutant"

const DOORBELL = "devs/devices/doorbell.ts"
const VALVE = "devs/devices/gas-valve.ts"
const CONSENT = "src/core/owner/consent.ts"
const PRIVACY = "devs/owner/privacy.ts"
const STORE = "src/core/store/record-store.ts"

/** As a reset gives it. */
const NEW_CHIP = "5e11e25e11e25e11"
/** A button that is held for so long resets. */
const RESETS_MS = 10_000

/** A bench whose device calls itself otherwise from its reset on. @param names what it and its program are called then, by what they were */
const renamed = (names: (chip: string) => Readonly<Record<string, string>>) => (bench: Bench) => {
    let pressedMs = 0
    let resetMs = Number.POSITIVE_INFINITY
    let by: Readonly<Record<string, string>> = {}
    return lying(bench, {
        async act(part, action, argument) {
            if (action === "press") pressedMs = bench.nowMs()
            if (action === "release" && bench.nowMs() - pressedMs > RESETS_MS) {
                by = names(await bench.link.chip())
                resetMs = bench.nowMs()
            }
            await bench.act(part, action, argument)
        },
        get link() {
            return lying(bench.link, { chip: async () => await bench.link.chip().then(chip => by[chip] ?? chip) })
        },
        heard: () =>
            bench.heard().map(({ atMs, frame }) => {
                const header = decodeHeader(frame)
                const name = header && by[header.deviceId]
                if (atMs < resetMs || !name) return { atMs, frame }
                const [packet] = decodePackets(frame)
                return { atMs, frame: encodeFrame(name, header.flags, packet) }
            }),
    })
}

/** That bench, but that the device's program goes on as it was called first. */
function programUnrenamed(bench: Bench): Bench {
    let first = ""
    return lying(bench, {
        async act(...what) {
            first ||= await bench.link.chip()
            await bench.act(...what)
        },
        heard: () =>
            bench.heard().map(({ atMs, frame }) => {
                const header = decodeHeader(frame)
                if (header?.deviceId !== programDeviceId(NEW_CHIP)) return { atMs, frame }
                const [packet] = decodePackets(frame)
                return { atMs, frame: encodeFrame(programDeviceId(first), header.flags, packet) }
            }),
    })
}

export const PRIVACY_MUTANTS: readonly Mutant[] = [
    {
        name: "consent-on-by-default",
        caughtBy: "PV.1-off-by-default",
        device: "doorbell",
        breaks: "Whoever says nothing has agreed.",
        change: [[CONSENT, "return this.answers[use] === Answer.Yes", "return this.answers[use] !== Answer.No"]],
        seen: "without an owner",
    },
    {
        name: "withdrawal-ignored",
        caughtBy: "PV.1-withdrawn",
        device: "doorbell",
        breaks: "A no counts at the next start.",
        change: [
            [CONSENT, "            this.answers[use] = Answer.No\n", ""],
            [
                CONSENT,
                "            this.answers[use] = answers[use]\n",
                "            if (yes) this.answers[use] = answers[use]\n",
            ],
        ],
        seen: "power for",
    },
    {
        name: "yes-to-whatever-comes",
        caughtBy: "PV.1-each-its-own",
        device: "doorbell",
        breaks: "A yes to a version that nobody has described counts.",
        change: [[PRIVACY, " || this.declared[use].version !== version", ""]],
        seen: "Use; None",
    },
    {
        name: "one-yes-for-all",
        caughtBy: "PV.1-nothing-beside",
        device: "doorbell",
        breaks: "Who agrees to one use has agreed to all.",
        change: [
            [
                CONSENT,
                "return this.answers[use] === Answer.Yes",
                "return use >= 0 && this.answers.indexOf(Answer.Yes) >= 0",
            ],
        ],
        seen: "nothing kept for use",
    },
    {
        name: "undeclared-service",
        caughtBy: "PV.2-services",
        device: "doorbell",
        breaks: "It serves a service that nobody has declared.",
        change: [
            [DOORBELL, "startServer(privacy)\n", "startServer(privacy)\nstartServer(new Server(ds.LightLevel.spec))\n"],
            [
                DOORBELL,
                "import { Event }",
                'import { Server } from "devicescript-domovoi/devs/servers/server"\nimport { Event }',
            ],
        ],
        seen: "services",
    },
    {
        name: "tells-how-loud-it-is",
        caughtBy: "PV.2-unasked",
        device: "doorbell",
        breaks: "It tells everybody on the bus what its microphone hears.",
        change: [
            [
                DOORBELL,
                "    if (recorder.may(LOUDNESS)) loudness = Math.max(level, loudness || 0)\n",
                "    if (recorder.may(LOUDNESS)) {\n        loudness = Math.max(level, loudness || 0)\n        tell.start(level)\n    }\n",
            ],
            [
                DOORBELL,
                "async function ring() {",
                [
                    "async function tell(level: number) {",
                    '    const { response } = (privacy.spec as any).lookup("describe")',
                    '    await privacy._send(response.encode([0, 0, 0, 0, 0, 0, "" + level]))',
                    "}",
                    "",
                    "async function ring() {",
                ].join("\n"),
            ],
        ],
        seen: "command",
    },
    {
        name: "keeps-for-ever",
        caughtBy: "PV.3-age",
        device: "doorbell",
        breaks: "What it keeps it keeps.",
        change: [
            ["src/core/owner/retention.ts", "ageS !== undefined && ageS <= uses[use].retentionS", "ageS !== undefined"],
        ],
        seen: "nothing kept for use",
    },
    {
        name: "young-again-after-a-power-cut",
        caughtBy: "PV.3-unknown-age",
        device: "doorbell",
        breaks: "What it has kept is new again after every start.",
        change: [[PRIVACY, "        await this.purge()\n        if (!this.loaded)", "        if (!this.loaded)"]],
        seen: "s old",
    },
    {
        name: "reset-leaves-keys",
        caughtBy: "PV.4-erased",
        device: "gas-valve",
        breaks: "A factory reset has nothing point to what it leaves where it is.",
        change: [
            [
                STORE,
                "                await this.clean(other, name)\n                // A write",
                "                // A write",
            ],
        ],
        seen: "keys in fram",
    },
    {
        name: "reset-leaves-network",
        caughtBy: "PV.4-erased",
        device: "doorbell",
        breaks: "A factory reset leaves the network of the home in the settings of its chip.",
        change: [[DOORBELL, "    await wifi.erase()\n", ""]],
        seen: "the network's password in flash",
    },
    {
        name: "reset-forgets-network-until-restart",
        caughtBy: "PV.4-erased",
        device: "doorbell",
        breaks: "A factory reset has its chip forget the network, and leaves it written where it is.",
        change: [
            [
                "devs/owner/wifi-credentials.ts",
                "for (let written = 0; written <= 2 * this.bankBytes;",
                "for (let written = 0; written < 0;",
            ],
        ],
        seen: "the network's password in flash",
    },
    {
        name: "reset-leaves-consents",
        caughtBy: "PV.4-consents",
        device: "doorbell",
        breaks: "What the last owner has agreed to, the next one finds agreed.",
        change: [
            [
                "src/core/owner/factory-reset.ts",
                "[HOUSEHOLD, TRIES, CONSENTS, DISABLED]",
                "[HOUSEHOLD, TRIES, DISABLED]",
            ],
        ],
        seen: "after the reset",
    },
    {
        name: "no-notice",
        caughtBy: "PV.5-notices",
        device: "doorbell",
        breaks: "It has no long notice to read.",
        change: [
            [
                PRIVACY,
                "const text = Buffer.from(declared.longNotice)",
                "const text = Buffer.from(declared.shortNotice)",
            ],
        ],
        seen: "a long notice",
    },
    {
        name: "tells-that-gas-flows",
        caughtBy: "PV.7-shape",
        device: "gas-valve",
        breaks: "Whoever hears its bus knows when somebody cooks.",
        change: [
            [
                VALVE,
                "    valve.drive(open)\n",
                "    valve.drive(open)\n    device.failSafe.tell(Cause.Module, open ? Cause.Module : 0)\n",
            ],
        ],
        seen: "idle 0",
    },
    {
        name: "uneven-while-used",
        caughtBy: "PV.7-timing",
        device: "gas-valve",
        breaks: "From the moment at which it is used, every other thing that it says comes a little late.",
        bench(bench) {
            let usedMs = Number.POSITIVE_INFINITY
            return lying(bench, {
                async act(...what) {
                    usedMs = Math.min(usedMs, bench.nowMs())
                    await bench.act(...what)
                },
                heard() {
                    const said = new Map<string, number>()
                    return bench.heard().map(({ atMs, frame }) => {
                        const kind = Buffer.from(frame.subarray(4)).toString("hex")
                        const count = (said.get(kind) ?? 0) + 1
                        said.set(kind, count)
                        return { atMs: atMs + (atMs > usedMs && count % 2 === 0 ? 40 : 0), frame }
                    })
                },
            })
        },
        seen: "distance",
    },
    {
        name: "silent-when-opened",
        caughtBy: "PV.7-timing",
        device: "gas-valve",
        breaks: "When it opens it computes for so long that it starts anew, and says nothing meanwhile.",
        change: [
            [
                VALVE,
                "    if (open && !wasOpen) newOpenings++\n",
                "    for (let n = 0; open && !wasOpen && n < 8000; n++) led.active\n    if (open && !wasOpen) newOpenings++\n",
            ],
        ],
        seen: "a gap of",
    },
    {
        name: "program-keeps-its-name",
        caughtBy: "PV.6-across-resets",
        device: "gas-valve",
        madeGood: {
            bench: renamed(chip => ({
                [chip]: NEW_CHIP,
                [programDeviceId(chip)]: programDeviceId(NEW_CHIP),
            })),
        },
        breaks: "A reset gives its chip another identifier, and its program keeps the one that it had.",
        bench: programUnrenamed,
        seen: "nothing in the name of before",
    },
]
