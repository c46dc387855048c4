/** The X.509 library. It wants metadata reflection loaded before itself, so everybody imports it from here. */
import "reflect-metadata"

export * from "@peculiar/x509"
