package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What both of Pinata's APIs can do. They throw {@link PinataException} where asking again would change nothing. */
interface PinataApi {

    /**
     * Uploads and pins a file.
     *
     * @return the CID that Pinata says it has
     */
    String upload(String name, Map<String, String> keyValues, UploadBody content, Deadline deadline) throws IOException;

    /** All pins that may be backups of that application. */
    List<Pin> list(String application, Deadline deadline) throws IOException;

    /** Removes an application's pins of that CID; false if there is none. */
    boolean unpin(String cid, String application, Deadline deadline) throws IOException;
}
