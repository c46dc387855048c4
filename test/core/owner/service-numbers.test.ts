import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { jacdac } from "../../../simulators/bus/jacdac"
import { Answer } from "../../../src/core/owner/consent"
import { OwnerRefusal } from "../../../src/core/owner/owner-refusal"
import { Role } from "../../../src/core/owner/rights"

const enumsOf = (service: string) =>
    jacdac.parseServiceSpecificationMarkdownToJSON(readFileSync(`services/${service}.md`, "utf8"), {}).enums

const membersOf = (table: object) => Object.fromEntries(Object.entries(table).filter(([name]) => !/^\d+$/.test(name)))

test("roles, refusals and answers have the names and numbers of the services", () => {
    const { Role: roles, Refusal: refusals } = enumsOf("owner")
    // In a list of people, whoever asks has this number (docs/session.md); no role may be that.
    expect({ ...membersOf(Role), Nobody: 255 }).toEqual(roles.members)
    expect(membersOf(OwnerRefusal)).toEqual(refusals.members)
    expect(membersOf(Answer)).toEqual(enumsOf("privacy").Answer.members)
})
