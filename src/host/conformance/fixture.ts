/** What a bench can do to a device, beside talking to it. A test whose fixture is missing is not assessed. */
export const FIXTURES = {
    supply: "cuts the device's supply and gives it back",
    hands: "presses buttons, works switches, opens the case",
    faults: "unplugs, sticks, shorts and sets parts",
    meter: "sees outputs and lamps, to the millisecond",
    dump: "reads flash and memories of the device that is switched off",
    rewrite: "writes flash and memories of the device that is switched off",
    units: "has further units of the same model",
    label: "reads what is printed on a unit",
    listener: "hears all traffic on the device's bus",
    deployer: "hands programs to the runtime as any bus peer can",
    peer: "sends frames in anybody's name",
    days: "waits for days, or lets the device believe that they went by",
    drawing: "has the file of the board's circuit",
} as const

export type Fixture = keyof typeof FIXTURES
export const FIXTURE_NAMES = Object.keys(FIXTURES) as Fixture[]
