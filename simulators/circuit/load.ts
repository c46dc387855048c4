import { YamlDocument } from "../document"
import { type Circuit, type DefinedNet, definedNets } from "./circuit"
import { circuitSchema } from "./schema"

/**
 * Reads a `circuit.yaml`.
 * @param pins label → GPIO number, from the board file
 * @throws DocumentError naming file, line and key: no file, no YAML, not a circuit, unknown net or pin, a name used twice, a loop
 */
export function loadCircuit(file: string, pins: Readonly<Record<string, number>>): Circuit {
    const document = new YamlDocument(file)
    const description = document.parse(circuitSchema)
    const nets = new Map<string, DefinedNet>()

    const mustBeNew = (name: string, path: string[]) => {
        const other = nets.get(name)
        if (other) throw document.problem(path, `${name} is a ${other.kind} already; give it another name`)
    }
    const mustExist = (net: string, path: string[]) => {
        if (!nets.has(net)) throw document.problem(path, `no net "${net}"; nets are ${[...nets.keys()].join(", ")}`)
    }

    for (const net of definedNets(description)) {
        mustBeNew(net.name, net.path)
        nets.set(net.name, net)
    }
    mustExist(description.chip, ["chip"])
    for (const net of nets.values()) for (const need of net.needs) mustExist(need, net.path)
    for (const [name, { input }] of Object.entries(description.deadmen)) mustExist(input, ["deadmen", name, "input"])
    for (const [name, part] of Object.entries(description.parts)) {
        mustBeNew(name, ["parts", name])
        if ("power" in part) mustExist(part.power, ["parts", name, "power"])
        if ("drive" in part) mustExist(part.drive, ["parts", name, "drive"])
    }
    for (const label of Object.keys(description.lines))
        if (!Object.hasOwn(pins, label))
            throw document.problem(["lines", label], `no such pin; the board file has ${Object.keys(pins).join(", ")}`)

    return {
        file,
        description,
        nets: inOrder(nets, (net, loop) =>
            document.problem(net.path, `depends on itself: ${loop.join(" → ")}; only a dead-man may close a loop`),
        ),
        pins: new Map(Object.keys(description.lines).map(label => [label, pins[label]])),
    }
}

/** Each net after those it needs, otherwise as written. */
function inOrder(
    nets: ReadonlyMap<string, DefinedNet>,
    onLoop: (net: DefinedNet, loop: string[]) => Error,
): readonly DefinedNet[] {
    const ordered = new Set<DefinedNet>()
    const visit = (net: DefinedNet, above: readonly string[]) => {
        if (ordered.has(net)) return
        const chain = [...above, net.name]
        if (above.includes(net.name)) throw onLoop(net, chain.slice(above.indexOf(net.name)))
        for (const need of net.needs) visit(nets.get(need)!, chain)
        ordered.add(net)
    }
    for (const net of nets.values()) visit(net, [])
    return [...ordered]
}
