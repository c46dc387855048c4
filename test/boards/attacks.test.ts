import { expect, test } from "vitest"
import { prove } from "../../simulators/circuit/proof"
import { ATTACKS, loadBroken } from "./broken-boards"

test.each(ATTACKS)("$name: is found out", attack => {
    const { broken } = prove(loadBroken(attack))
    expect(broken.map(({ part }) => part)).toContain(attack.part)
})
