package io.gracefulbackup.testkit.fakes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Uploads to the v3 API in pieces, by the TUS protocol. */
final class ResumableUploads {
    /** The official SDK sends one byte more than 50 MiB, although Pinata documents a lower limit. */
    private static final long LARGEST_PIECE = (50L << 20) + 1;

    private final PinataSettings settings;
    private final PinStore store;
    private final PinataV3Api api;
    private final Map<String, Unfinished> unfinished = new ConcurrentHashMap<>();

    ResumableUploads(PinataSettings settings, PinStore store, PinataV3Api api) {
        this.settings = settings;
        this.store = store;
        this.api = api;
    }

    Reply begin(Request request, long length) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : request.header("Upload-Metadata").orElse("").split(",", -1)) {
            String[] parts = pair.trim().split(" ", -1);
            fields.put(
                    parts[0],
                    parts.length < 2 ? "" : new String(Base64.getDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        }
        String id = UUID.randomUUID().toString();
        unfinished.put(id, new Unfinished(length, fields, Files.createTempFile("fake-pinata", "pieces")));
        String base = request.received().url().replaceFirst("/v3/files.*", "");
        return Reply.empty(201).with("Location", base + "/v3/files/" + id);
    }

    Reply piece(Request request, String id) throws IOException {
        Unfinished upload = unfinished.get(id);
        if (upload == null) {
            throw settings.v3Error(404, "upload not found");
        }
        long offset = Files.size(upload.file);
        if (!request.header("Upload-Offset").orElse("").equals(Long.toString(offset))) {
            throw settings.v3Error(409, "the offset is " + offset);
        }
        if (!request.header("Content-Type").orElse("").equals("application/offset+octet-stream")) {
            throw settings.v3Error(415, "Content-Type must be application/offset+octet-stream");
        }
        long size = request.header("Content-Length").map(Long::parseLong).orElse(0L);
        if (size > LARGEST_PIECE || offset + size > upload.length) {
            throw settings.v3Error(413, "the piece is too large");
        }
        try (OutputStream out = Files.newOutputStream(upload.file, StandardOpenOption.APPEND)) {
            request.body().transferTo(out);
        }
        long end = Files.size(upload.file);
        Reply reply = Reply.empty(204).with("Upload-Offset", Long.toString(end));
        return end < upload.length ? reply : reply.with("upload-cid", finish(id, upload));
    }

    private String finish(String id, Unfinished upload) throws IOException {
        unfinished.remove(id);
        try (InputStream content = Files.newInputStream(upload.file)) {
            Upload whole = store.spool(content)
                    .named(
                            upload.fields.getOrDefault("filename", ""),
                            upload.fields.getOrDefault("filetype", "application/octet-stream"));
            return api.add(whole, upload.fields).pin().cid();
        } finally {
            Files.delete(upload.file);
        }
    }

    private record Unfinished(long length, Map<String, String> fields, Path file) {}
}
