"""FHIR server -> landing: what a server's Bulk Data export ($export) holds becomes one batch of the landing folder.

`client` leads an export; `job` has the server make it; `manifest` reads the list of its files; `download` fetches and
checks one of them; `batch` lands them all; `state` remembers what a cut-off export has done; `web` sends requests, waits
and tries again; `auth` gets access tokens. No Spark here, and no clock: `web.Pace` brings it.

Sources: HL7 Bulk Data Access IG 2.0 (STU 2), SMART App Launch 2.2 (Backend Services, asymmetric client authentication).
"""
