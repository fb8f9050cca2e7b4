"""A small FHIR server: one organisation, which can be read."""

import sys

import uvicorn
from fhir.resources.organization import Organization
from fhirstarter import FHIRProvider, FHIRStarter
from fhirstarter.exceptions import FHIRResourceNotFoundError

provider = FHIRProvider()


@provider.read(Organization)
async def read(context, id_):
    if id_ != "RR8":
        raise FHIRResourceNotFoundError
    return Organization(id="RR8", active=True, name="Royal Infirmary")


server = FHIRStarter()
server.add_providers(provider)
uvicorn.run(server, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
