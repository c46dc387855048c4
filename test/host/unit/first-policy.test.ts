import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { InputError } from "../../../src/host/input-error"
import { firstPolicyOf, keepFirstPolicy } from "../../../src/host/unit/first-policy"
import { simulatedRelease } from "../../../src/host/unit/simulated-factory"
import { temporaryFolder } from "../identity/factory"

const policyOf = (who: "vendor" | "stranger") => ({
    version: 0,
    threshold: 1,
    keys: [simulatedRelease("EdDSA", who).key],
})

test("the first policy of a unit is kept once, beside its authority, and found by its serial number alone", () => {
    const ca = temporaryFolder()
    expect(firstPolicyOf(ca, "GV-0001")).toBeUndefined()
    keepFirstPolicy(ca, "GV-0001", policyOf("vendor"))
    keepFirstPolicy(ca, "GV-0001", policyOf("stranger"))
    expect(firstPolicyOf(ca, "GV-0001")).toEqual(policyOf("vendor"))
    expect(firstPolicyOf(ca, "GV-0002")).toBeUndefined()
    expect(firstPolicyOf(ca, undefined)).toBeUndefined()
    expect(readdirSync(join(ca, "units/GV-0001"))).toEqual(["policy.cbor"])
    // A certificate in a file has no units beside it.
    writeFileSync(join(ca, "ca.der"), "")
    expect(firstPolicyOf(join(ca, "ca.der"), "GV-0001")).toBeUndefined()
})

test.each(["", "83", "8300010000"])("one that is damaged (%s) is named, and not taken for none", hex => {
    const ca = temporaryFolder()
    keepFirstPolicy(ca, "GV-0001", policyOf("vendor"))
    writeFileSync(join(ca, "units/GV-0001/policy.cbor"), Buffer.from(hex, "hex"))
    expect(() => firstPolicyOf(ca, "GV-0001")).toThrow(InputError)
    expect(() => firstPolicyOf(ca, "GV-0001")).toThrow(/policy\.cbor: damaged; .*--policy/)
})
