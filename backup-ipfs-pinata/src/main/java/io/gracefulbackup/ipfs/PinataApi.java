package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The operations that both APIs of Pinata offer. They throw {@link PinataException} if Pinata refuses and repeating the
 * request would change nothing.
 */
interface PinataApi {

    /**
     * Uploads and pins a file.
     *
     * @return the CID that Pinata reports
     */
    String upload(String name, Map<String, String> keyValues, UploadBody content, Deadline deadline) throws IOException;

    /**
     * Checks what can be known about uploads without one: that the service can be reached and accepts the credentials. Whether
     * they permit uploads, and whether the plan has room, only an upload tells.
     */
    void probe(Deadline deadline) throws IOException;

    /** Lists the pins that may be backups of an application. */
    List<Pin> list(String application, Deadline deadline) throws IOException;

    /**
     * Lists pins that may be backups of any application. One request: where there are very many pins, some may be missing.
     */
    List<Pin> listAny(Deadline deadline) throws IOException;

    /** Removes the pins of an application that have a CID; returns false if there are none. */
    boolean unpin(String cid, String application, Deadline deadline) throws IOException;
}
