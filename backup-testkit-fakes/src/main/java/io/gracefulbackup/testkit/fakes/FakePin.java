package io.gracefulbackup.testkit.fakes;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that {@link FakePinata} holds.
 *
 * @param id its id in both APIs
 * @param api the API that it was uploaded through
 * @param cid its CID
 * @param name its name in the catalogue
 * @param fileName the file name of the uploaded part, as received
 * @param mimeType the media type of the uploaded part
 * @param keyValues its key-values: strings, numbers and booleans
 * @param isPublic whether it is in the public network
 * @param size the number of its bytes
 * @param dagSize the number of bytes of its IPFS blocks, which the legacy API reports as the size
 * @param pinnedAt when it was pinned
 * @param unpinnedAt when it was unpinned, or null
 * @param form the other fields of the upload, as received; a field that the client left to its default is missing
 */
public record FakePin(
        String id,
        Api api,
        String cid,
        String name,
        String fileName,
        String mimeType,
        Map<String, Object> keyValues,
        boolean isPublic,
        long size,
        long dagSize,
        Instant pinnedAt,
        @Nullable Instant unpinnedAt,
        Map<String, String> form) {

    /** One of Pinata's two APIs. */
    public enum Api {
        /** {@code /pinning} and {@code /data}. */
        LEGACY,
        /** {@code /v3}. */
        V3
    }

    /** Copies the maps. */
    public FakePin {
        keyValues = Collections.unmodifiableMap(new LinkedHashMap<>(keyValues));
        form = Collections.unmodifiableMap(new LinkedHashMap<>(form));
    }

    /** Whether it is still pinned. */
    public boolean isPinned() {
        return unpinnedAt == null;
    }

    FakePin unpinned(Instant at) {
        return new FakePin(
                id, api, cid, name, fileName, mimeType, keyValues, isPublic, size, dagSize, pinnedAt, at, form);
    }

    FakePin renamed(String newName, Map<String, Object> newKeyValues) {
        return new FakePin(
                id,
                api,
                cid,
                newName,
                fileName,
                mimeType,
                newKeyValues,
                isPublic,
                size,
                dagSize,
                pinnedAt,
                unpinnedAt,
                form);
    }
}
