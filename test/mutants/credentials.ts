/** Devices that anybody can make theirs, or whose draws can be guessed. */
import type { Change, Mutant } from "./mutant"

const IDENTITY = "devs/identity/identity.ts"
const OWNER = "devs/owner/owner.ts"
const CHALLENGES = "src/core/owner/challenges.ts"

/** A generator that begins the same everywhere, in place of what the chip draws. */
const sameDraws: readonly Change[] = [
    [CHALLENGES, "const USED_MS = -CHALLENGE_MS\n", "const USED_MS = -CHALLENGE_MS\nlet drawn = 1\n"],
    [
        CHALLENGES,
        "        this.random.draw(bytes)\n",
        [
            "        for (let i = 0; i < 8; i++) {",
            "            drawn = (Math.imul(drawn, 1103515245) + 12345) & 0x7fffffff",
            "            bytes[i] = drawn >> 16",
            "        }\n",
        ].join("\n"),
    ],
]

export const CREDENTIAL_MUTANTS: readonly Mutant[] = [
    {
        name: "provisioning-never-closes",
        caughtBy: "C1.5-factory-closed",
        device: "doorbell",
        breaks: "It takes what a factory gives at any time.",
        change: [[IDENTITY, ": await inFactory(sealed, floor)", ": floor !== undefined"]],
        seen: "create_key as it came: AlreadyProvisioned; None",
    },
    {
        name: "provisioning-opens-at-restart",
        caughtBy: "C1.5-closed-after-restart",
        device: "doorbell",
        breaks: "It is in the factory again after it was switched off.",
        change: [
            [IDENTITY, ": await inFactory(sealed, floor)", ": this.bootCount > 2 || (await inFactory(sealed, floor))"],
        ],
        seen: "create_key after a restart: AlreadyProvisioned; None",
    },
    {
        name: "reset-reopens-factory",
        caughtBy: "C1.5-closed-after-reset",
        device: "doorbell",
        breaks: "A factory reset takes it back into the factory.",
        change: [
            [
                OWNER,
                "await beginReset(this.store)\n",
                [
                    "await beginReset(this.store)",
                    '                    await this.sealed.set("factory", hex``)',
                    '                    await this.sealed.erase("identity")\n',
                ].join("\n"),
            ],
            ["src/core/identity/factory.ts", "return (await floor.read()) === 0", "return (await floor.read()) >= 0"],
        ],
        seen: "create_key after a factory reset: AlreadyProvisioned; None",
    },
    {
        name: "draws-the-time",
        caughtBy: "C1.5-challenges",
        device: "doorbell",
        breaks: "Its challenges are the time.",
        change: [
            [CHALLENGES, "        this.random.draw(bytes)\n", ""],
            [CHALLENGES, "const low = bigEndian32(bytes, 4) >>> 0", "const low = nowMs >>> 0"],
        ],
        seen: "distinct challenges",
    },
    {
        name: "draws-the-same-at-each-start",
        caughtBy: "C1.5-challenges",
        device: "doorbell",
        breaks: "It draws the same challenges after each start.",
        change: sameDraws,
        seen: "distinct challenges",
    },
    {
        name: "units-draw-alike",
        caughtBy: "C1.5-units-draw-apart",
        device: "doorbell",
        breaks: "Who knows the challenges of one unit knows those of all.",
        change: sameDraws,
        seen: "distinct challenges",
    },
]
