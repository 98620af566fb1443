package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.ipfs.cid.UnixFsFile;
import java.nio.file.Path;

/**
 * An uploaded file on disk that is not in the catalogue yet.
 *
 * @param v0 its CIDv0
 * @param v1 its CIDv1
 */
record Upload(Path file, String fileName, String mimeType, UnixFsFile v0, UnixFsFile v1) {
    UnixFsFile inVersion(int version) {
        return version == 0 ? v0 : v1;
    }

    long size() {
        return v0.size();
    }

    Upload named(String newFileName, String newMimeType) {
        return new Upload(file, newFileName, newMimeType, v0, v1);
    }
}
