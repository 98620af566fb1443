package io.gracefulbackup.ipfs;

import io.gracefulbackup.ipfs.cid.Cid;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One pin as a catalogue of Pinata shows it.
 *
 * @param cid its CID
 * @param id its id in the v3 API; empty in the other one
 * @param keyValues what was put beside it
 */
record Pin(Cid cid, String id, Map<String, String> keyValues) {
    Pin {
        keyValues = Map.copyOf(keyValues);
    }

    /** Reads one: the CID as the API gives it, else as it was computed before the upload. */
    static Pin parse(String cid, String id, JsonNode keyValues) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        keyValues
                .properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asString("")));
        String validCid = Optional.of(cid)
                .filter(Cid::isValid)
                .or(() -> KeyValues.cid(values).filter(Cid::isValid))
                .orElseThrow(() -> new IOException("Pinata lists the pin " + id + " " + values.keySet()
                        + " with the CID \"" + cid + "\", so what it holds cannot be known; ask again in a minute"));
        return new Pin(new Cid(validCid), id, values);
    }
}
