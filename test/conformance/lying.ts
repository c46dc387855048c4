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
