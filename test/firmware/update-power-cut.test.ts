/** A few power cuts of many: `npm run campaign` plays them all. */
import { describe, expect, test } from "vitest"
import { BOARD_PROFILES } from "../../simulators/board/verifier"
import { CUT_PHASES } from "../../simulators/power-cut"
import { packageOf, release } from "../host/update/releases"
import { cutUpdate, operationsOf } from "./cut-update"

describe.each(BOARD_PROFILES)("on a %s board, an update in which the power goes away", profile => {
    test.each(["flash", "fram"] as const)("at a write of the %s is finished by the same command", async memory => {
        const { image } = await release("gas-valve", 2)
        const subject = { device: "gas-valve", profile, bytes: await packageOf("gas-valve", 2, image) } as const
        const count = (await operationsOf(subject))[memory]
        expect(count).toBeGreaterThan(10)
        for (const [i, phase] of CUT_PHASES.entries()) {
            const operation = Math.floor((count * (i + 0.5)) / CUT_PHASES.length)
            const outcome = await cutUpdate(subject, { memory, operation, phase })
            expect(outcome).toMatchObject({ cut: true, sequenceNumber: 2, identity: "Valid" })
        }
    })
})
