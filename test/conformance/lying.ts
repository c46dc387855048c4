import type { Bench } from "../../src/host/conformance/bench"
import type { WholeLink } from "../../src/host/unit/unit-link"

/** Something that says what is not so, and is what it is in all else. */
export function lying<T extends object>(honest: T, lies: Partial<T>): T {
    return new Proxy(honest, {
        get(target, name) {
            if (name in lies) return Reflect.get(lies, name)
            const value = Reflect.get(target, name, target)
            return typeof value === "function" ? value.bind(target) : value
        },
    })
}

/** A bench whose link lies. @param lies are asked for each time that the link is used, since a device that begins anew has another */
export function withLink(bench: Bench, lies: (link: WholeLink) => Partial<WholeLink>): Bench {
    return lying(bench, {
        get link() {
            return lying(bench.link, lies(bench.link))
        },
    })
}
