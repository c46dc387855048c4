/**
 * What the runtime itself does with a pin. `@devicescript/gpio` declares as much and brings more into every program, 1.5 KB: edges of a line by
 * polling, and the timers for that. A program that wants those imports it.
 */
import "@devicescript/core"

declare module "@devicescript/core" {
    export interface PinBase {
        setMode(mode: GPIOMode): void
    }

    export interface InputPin {
        /** Level of the line, or 0 to 1 of an analog pin. */
        value: DigitalValue | number
    }
}
