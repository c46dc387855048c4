import { InputError } from "../host/input-error"

/** File of a simulated unit: the one that was named, or the one that its serial number stands for. */
export function simulatedUnitFile(file: string | undefined, serial: string): string {
    return file ?? `domovoi-units/${serial}.json`
}

/** @throws InputError if no port was given */
export function requiredPort(port: string | undefined): string {
    if (!port) throw new InputError("--target serial needs --port, such as /dev/ttyACM0")
    return port
}
