package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.ipfs.cid.CidCalculator;
import io.gracefulbackup.ipfs.cid.CidProfile;
import io.gracefulbackup.ipfs.cid.UnixFsFile;
import io.gracefulbackup.testkit.fakes.FakePin.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The pins and their bytes. The bytes are on disk, so that uploads may be larger than the heap. */
final class PinStore implements AutoCloseable {
    private final PinataSettings settings;
    private final Path directory;
    private final List<FakePin> pins = new ArrayList<>();
    private final Map<String, Path> files = new HashMap<>();

    PinStore(PinataSettings settings) {
        this.settings = settings;
        try {
            directory = Files.createTempDirectory("fake-pinata");
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary directory for uploads", e);
        }
    }

    /** Writes bytes to disk and computes their CIDs. */
    Upload spool(InputStream content) throws IOException {
        PinataChunking chunking = settings.chunking;
        CidProfile v0 = new CidProfile(0, chunking.chunkSize(), chunking.width());
        CidProfile v1 = new CidProfile(1, chunking.chunkSize(), chunking.width());
        CidCalculator calculator = new CidCalculator(v0, v1);
        Path file = Files.createTempFile(directory, "upload", "");
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                calculator.update(buffer, 0, count);
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            Files.delete(file);
            throw e;
        }
        Map<CidProfile, UnixFsFile> names = calculator.finish();
        return new Upload(file, "", "application/octet-stream", get(names, v0), get(names, v1));
    }

    /** Adds an upload to the catalogue, unless the same content is in it. */
    synchronized Stored add(
            Api api,
            Upload upload,
            int cidVersion,
            String name,
            Map<String, Object> keyValues,
            boolean isPublic,
            Map<String, String> form)
            throws IOException {
        UnixFsFile file = upload.inVersion(cidVersion);
        String cid =
                upload.fileName().contains("/") ? folderOf(upload) : file.cid().text();
        Path before = files.put(cid, upload.file());
        if (before != null) {
            Files.delete(before);
        }
        Optional<FakePin> present = pins.stream()
                .filter(pin -> pin.isPinned() && pin.cid().equals(cid) && pin.isPublic() == isPublic)
                .filter(catalogueOf(api))
                .findFirst();
        if (present.isPresent()) {
            return new Stored(present.get(), true);
        }
        FakePin pin = new FakePin(
                UUID.randomUUID().toString(),
                api,
                cid,
                name,
                upload.fileName(),
                upload.mimeType(),
                keyValues,
                isPublic,
                file.size(),
                file.dagSize(),
                Instant.now(),
                null,
                form);
        pins.add(pin);
        return new Stored(pin, false);
    }

    /** The pins that an API sees, unpinned ones too, in the order of their uploads. */
    synchronized List<FakePin> visibleTo(Api api) {
        return pins.stream().filter(catalogueOf(api)).toList();
    }

    synchronized List<FakePin> pinned() {
        return pins.stream().filter(FakePin::isPinned).toList();
    }

    /** The bytes behind a CID, whatever the catalogue says. */
    synchronized Optional<Path> content(String cid) {
        return Optional.ofNullable(files.get(cid));
    }

    /** Changes the matching pins of an API; returns whether there were any. */
    synchronized boolean change(Api api, Predicate<FakePin> which, UnaryOperator<FakePin> change) {
        boolean found = false;
        for (int i = 0; i < pins.size(); i++) {
            FakePin pin = pins.get(i);
            if (pin.isPinned() && catalogueOf(api).test(pin) && which.test(pin)) {
                pins.set(i, change.apply(pin));
                found = true;
            }
        }
        return found;
    }

    @Override
    public void close() {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> left = Files.walk(directory)) {
            for (Path path : left.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete the uploads in " + directory, e);
        }
    }

    /** The result of an upload. */
    record Stored(FakePin pin, boolean duplicate) {}

    private Predicate<FakePin> catalogueOf(Api api) {
        return pin -> settings.sharedCatalogue || pin.api() == api;
    }

    /** The CID of the folder around a file: not the real one, but different from that of the file. */
    private static String folderOf(Upload upload) {
        CidCalculator calculator = new CidCalculator(CidProfile.V1);
        byte[] folder = (upload.fileName() + "\n" + upload.v1().cid()).getBytes(StandardCharsets.UTF_8);
        calculator.update(folder, 0, folder.length);
        return get(calculator.finish(), CidProfile.V1).cid().text();
    }

    private static UnixFsFile get(Map<CidProfile, UnixFsFile> names, CidProfile shape) {
        return Objects.requireNonNull(names.get(shape));
    }
}
