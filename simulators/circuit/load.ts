import { YamlDocument } from "../document"
import { type Circuit, type DefinedNet, definedNets, type Level } from "./circuit"
import { type CircuitDescription, circuitSchema } from "./schema"

/**
 * Reads a `circuit.yaml`.
 * @param pins label → GPIO number, from the board file
 * @param startLevels label → level, its `sPin`
 * @throws DocumentError naming file, line and key: no file, no YAML, not a circuit, unknown net or pin, a name used twice, a loop, a promise that
 * names what is not there, a side that is left out while others are told
 */
export function loadCircuit(
    file: string,
    pins: Readonly<Record<string, number>>,
    startLevels: Readonly<Record<string, Level>> = {},
): Circuit {
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
    const labels = Object.keys(description.lines)
    for (const label of labels) {
        if (!Object.hasOwn(pins, label))
            throw document.problem(["lines", label], `no such pin; the board file has ${Object.keys(pins).join(", ")}`)
        const twin = labels.find(other => pins[other] === pins[label])
        if (twin !== label)
            throw document.problem(["lines", label], `is GPIO ${pins[label]} in the board file, as ${twin} is`)
    }
    checkPromises(document, description)
    checkPersons(document, description)
    checkSides(document, description)

    return {
        file,
        description,
        nets: inOrder(nets, (net, loop) =>
            document.problem(net.path, `depends on itself: ${loop.join(" → ")}; only a dead-man may close a loop`),
        ),
        pins: new Map(Object.keys(description.lines).map(label => [label, pins[label]])),
        startLevels: new Map(Object.entries(startLevels)),
    }
}

/** Section of the file in which each field of a promise has to be. */
const PROMISED = {
    asked: "lines",
    heartbeat: "lines",
    sense: "lines",
    deadman: "deadmen",
    switch: "switches",
    indicator: "indicators",
} as const

function checkPromises(document: YamlDocument, description: CircuitDescription): void {
    for (const [part, promise] of Object.entries(description.promises)) {
        if (!(part in description.parts))
            throw document.problem(["promises", part], `no such part; parts are ${listed(description.parts)}`)
        for (const [field, section] of Object.entries(PROMISED) as [
            keyof typeof PROMISED,
            keyof CircuitDescription,
        ][]) {
            const name = promise[field]
            if (name !== undefined && !(name in (description[section] as object)))
                throw document.problem(
                    ["promises", part, field],
                    `no "${name}" among ${section}; there are ${listed(description[section] as object)}`,
                )
        }
        if (promise.switch !== undefined && description.switches[promise.switch].kind !== "slide-switch")
            throw document.problem(["promises", part, "switch"], "must be a slide-switch, which keeps its position")
    }
}

function checkPersons(document: YamlDocument, { persons, lines }: CircuitDescription): void {
    for (const [i, line] of persons.entries())
        if (!(line in lines))
            throw document.problem(["persons", i], `no "${line}" among lines; there are ${listed(lines)}`)
}

function checkSides(document: YamlDocument, description: CircuitDescription): void {
    const sections = ["switches", "indicators", "parts"] as const
    const places = sections.flatMap(section =>
        Object.entries(description[section]).map(([name, { side }]) => ({ path: [section, name], side })),
    )
    const silent = places.find(({ side }) => side === undefined)
    if (silent && places.some(({ side }) => side !== undefined))
        throw document.problem(silent.path, "say whether its side is inside or outside, as others here do")
}

function listed(section: object): string {
    return Object.keys(section).join(", ") || "none"
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
