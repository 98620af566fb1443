package io.gracefulbackup.ipfs;

import io.gracefulbackup.ipfs.cid.Cid;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One pin in the listing of Pinata.
 *
 * @param cid the CID
 * @param id the id in the v3 API; empty in the legacy API
 * @param keyValues the metadata of the pin
 */
record Pin(Cid cid, String id, Map<String, String> keyValues) {
    Pin {
        keyValues = Map.copyOf(keyValues);
    }

    /**
     * Parses a listed pin. If the API does not list its CID yet, the one computed before the upload is used.
     *
     * @throws IOException if neither is a CID
     */
    static Pin parse(String cid, String id, JsonNode keyValues) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        keyValues
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asString("")));
        String validCid = Optional.of(cid)
                .filter(Cid::isValid)
                .or(() -> KeyValues.cid(values).filter(Cid::isValid))
                .orElseThrow(() -> new IOException("Pinata lists the pin " + id + " " + values.keySet()
                        + " with the CID \"" + cid + "\", so it cannot be identified; try again in a minute"));
        return new Pin(new Cid(validCid), id, values);
    }
}
