import type { Bench } from "../../src/host/conformance/bench"
import type { WholeLink } from "../../src/host/unit/unit-link"
import { lying } from "../conformance/lying"

/** A bench whose link lies. @param lies are asked for each time that the link is used, since a device that begins anew has another */
export function withLink(bench: Bench, lies: (link: WholeLink) => Partial<WholeLink>): Bench {
    return new Proxy(bench, {
        get(target, name) {
            if (name === "link") return lying(target.link, lies(target.link))
            const member = Reflect.get(target, name, target)
            return typeof member === "function" ? member.bind(target) : member
        },
    })
}
