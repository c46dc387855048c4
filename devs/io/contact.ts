import * as ds from "@devicescript/core"
import "./pins"

/**
 * A button or switch at a GPIO line, sampled once a cycle. A change counts when two samples agree, so bounce is ignored, and a press
 * shorter than two cycles can be missed. Whoever is to be missed less says that one sample is enough: contacts bounce for less than a cycle, so
 * what a sample more keeps away is what is no press at all.
 */
export class Contact {
    closed: boolean
    private readonly pin: ds.InputPin
    private readonly closedLevel: ds.DigitalValue
    private last: boolean

    /** @param closedLevel level of the line while the contact is closed; most have a pull-up and close to ground */
    constructor(pin: ds.InputPin, closedLevel: ds.DigitalValue = 0) {
        this.pin = pin
        this.closedLevel = closedLevel
        pin.setMode(ds.GPIOMode.Input)
        this.last = this.sample()
        this.closed = this.last
    }

    /**
     * Takes a sample. To be called every cycle.
     * @param atOnce one sample is enough
     * @returns whether the contact has just closed
     */
    closes(atOnce?: boolean): boolean {
        const now = this.sample()
        const steady = atOnce || now === this.last
        this.last = now
        if (now === this.closed || !steady) return false
        this.closed = now
        return now
    }

    protected sample(): boolean {
        return this.pin.value === this.closedLevel
    }
}
