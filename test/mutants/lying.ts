/** Benches that do not show what is so. */
import type { Bench } from "../../src/host/conformance/bench"
import type { WholeLink } from "../../src/host/unit/unit-link"

/** An object with some of its members replaced, and the others bound to it. */
export function withMembers<T extends object>(it: T, members: Partial<T>): T {
    return new Proxy(it, {
        get(target, name) {
            if (Object.hasOwn(members, name)) return members[name as keyof T]
            const member = Reflect.get(target, name, target)
            return typeof member === "function" ? member.bind(target) : member
        },
    })
}

/** A bench whose link lies. @param lie is asked for each time that the link is used, since a device that begins anew has another */
export function withLink(bench: Bench, lie: (link: WholeLink) => Partial<WholeLink>): Bench {
    return new Proxy(bench, {
        get(target, name) {
            const member = Reflect.get(target, name, target)
            if (name === "link") return withMembers(target.link, lie(target.link))
            return typeof member === "function" ? member.bind(target) : member
        },
    })
}
