package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.ipfs.cid.UnixFsFile;
import java.nio.file.Path;

/**
 * A file that has arrived, on disk, before it has a place in the catalogue.
 *
 * @param v0 what it is called when the client wants a CIDv0
 * @param v1 what it is called when the client wants a CIDv1
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
