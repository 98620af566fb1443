package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.ipfs.cid.Cid;
import io.gracefulbackup.ipfs.cid.CidCalculator;
import io.gracefulbackup.ipfs.cid.CidProfile;
import io.gracefulbackup.ipfs.cid.UnixFsFile;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import io.gracefulbackup.spi.StoredBackup.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps backups in IPFS, pinned by Pinata. The location of a backup is its CID, which is derived from its content: if
 * Pinata reports the CID that was computed locally, it holds exactly the uploaded bytes.
 *
 * <p>The newest CID is also saved as the pointer {@value #POINTER}, so that backups are found with keys that may upload
 * but not list.
 */
final class PinataSink implements BackupSink {
    static final String NAME = "ipfs";
    static final String POINTER = "PINATA_LATEST_CID";

    private static final int MOST_OTHERS = 10;

    private static final DateTimeFormatter NAME_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final SinkContext context;
    private final PinataAccount account;
    private final Gateways gateways;
    private final Optional<Cid> restoreCid;
    private final String place;
    private final String detectedLine;
    private final Runnable onClose;
    private final Map<String, String> listedDigests = new ConcurrentHashMap<>();

    /**
     * Creates the sink.
     *
     * @param restoreCid the value of {@code PINATA_RESTORE_CID}
     * @param place where the backups are, for messages
     * @param detectedLine the line for the start of the application
     * @param onClose closes the connections
     */
    PinataSink(
            SinkContext context,
            PinataAccount account,
            Gateways gateways,
            Optional<Cid> restoreCid,
            String place,
            String detectedLine,
            Runnable onClose) {
        this.context = context;
        this.account = account;
        this.gateways = gateways;
        this.restoreCid = restoreCid;
        this.place = place;
        this.detectedLine = detectedLine;
        this.onClose = onClose;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "IPFS";
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepAll();
    }

    @Override
    public String detectedLine() {
        return detectedLine;
    }

    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        String expected = computeCids(backup, List.of(CidProfile.V1), deadline).get(0);
        UploadBody content = new UploadBody(backup);
        String cid;
        try {
            cid = account.upload(
                    pinName(backup.header().createdAt()), KeyValues.of(backup, expected), content, deadline);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; " + content.progress(), e);
        }
        verify(cid, expected, backup, deadline);
        return StoredBackup.stored(
                        cid,
                        Hint.of(backup.header(), backup.size()),
                        List.of(
                                "🌐 Backing up " + context.application() + " to IPFS...",
                                "✅ IPFS backup completed!",
                                "   CID: " + cid,
                                "   View at: " + gateways.viewUrl(cid)))
                .withPointers(List.of(new Pointer(POINTER, cid, "✅ IPFS CID saved for automatic restoration")));
    }

    @Override
    public void probe(Deadline deadline) throws IOException {
        try {
            account.probe(deadline);
        } catch (PinataException e) {
            throw e.forCaller();
        }
    }

    @Override
    public Listing list(Deadline deadline) throws IOException {
        PinataAccount.PinListing pins = ownPins(deadline);
        Map<String, StoredBackup> entries = new LinkedHashMap<>();
        for (Pin pin : pins.pins()) {
            String cid = pin.cid().text();
            KeyValues.sha256(pin.keyValues()).ifPresent(sha256 -> listedDigests.put(cid, sha256));
            Hint hint = KeyValues.hint(pin.keyValues()).orElse(null);
            if (hint != null || !entries.containsKey(cid)) {
                entries.put(cid, StoredBackup.at(cid, hint));
            }
        }
        for (String cid : pointerCids(deadline)) {
            if (!entries.containsKey(cid)) {
                // A CID that is missing from a complete listing and from all gateways was unpinned. Whether it was the
                // newest backup is judged by the engine, which compares BACKUP_LATEST with all sinks.
                if (pins.refusals().isEmpty() && gateways.allReportMissing(cid, deadline)) {
                    context.warn(POINTER + " points to " + cid + ", which is no longer pinned; it is ignored");
                } else {
                    entries.put(cid, StoredBackup.at(cid, null));
                }
            }
        }
        return entries.isEmpty() && !pins.refusals().isEmpty()
                ? new Listing.NotListable(String.join("; ", pins.refusals()))
                : Listing.of(List.copyOf(entries.values()));
    }

    private PinataAccount.PinListing ownPins(Deadline deadline) throws IOException {
        try {
            return account.list(context.application(), deadline);
        } catch (PinataException e) {
            throw e.forCaller();
        }
    }

    @Override
    public List<StoredBackup> listOthers(Deadline deadline) throws IOException {
        Map<String, StoredBackup> newest = new LinkedHashMap<>();
        for (Pin pin : account.listAny(deadline)) {
            KeyValues.application(pin.keyValues())
                    .filter(application -> !application.equals(context.application()))
                    .ifPresent(application -> newest.merge(application, entry(pin), PinataSink::newer));
        }
        return newest.values().stream().limit(MOST_OTHERS).toList();
    }

    private static StoredBackup entry(Pin pin) {
        return StoredBackup.at(pin.cid().text(), KeyValues.hint(pin.keyValues()).orElse(null));
    }

    private static StoredBackup newer(StoredBackup one, StoredBackup other) {
        return other.hint().isPresent()
                        && one.hint()
                                .map(hint -> other.hint().get().version().isNewerThan(hint.version()))
                                .orElse(true)
                ? other
                : one;
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        String cid = backup.location();
        return gateways.open(
                new DownloadTarget(cidOf(backup), backup.hint().map(Hint::size).orElse(null), listedDigests.get(cid)),
                deadline);
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        account.unpin(cidOf(backup).text(), context.application(), deadline);
    }

    @Override
    public void close() {
        onClose.run();
    }

    /** The application; no secrets. */
    @Override
    public String toString() {
        return "PinataSink[" + context.application() + "]";
    }

    private String pinName(Instant createdAt) {
        return context.application() + "_backup_" + NAME_TIME.format(createdAt);
    }

    /**
     * Verifies that Pinata holds the uploaded bytes: by the CID, or by reading them back if the CID is of an unknown
     * profile.
     */
    private void verify(String cid, String expected, SealedBackup backup, Deadline deadline) throws IOException {
        if (cid.equals(expected)) {
            return;
        }
        if (!Cid.isValid(cid)) {
            throw new IOException("Pinata accepted the upload but answered \"" + cid + "\", which is not a CID");
        }
        List<CidProfile> otherProfiles = new ArrayList<>(ContentVerifier.profiles(0));
        otherProfiles.addAll(ContentVerifier.profiles(1));
        if (computeCids(backup, otherProfiles, deadline).contains(cid)) {
            return;
        }
        context.warn("Pinata reports the CID " + cid + " for a backup that has the CID " + expected
                + " by all common profiles; the backup is read back and compared");
        DownloadTarget target = new DownloadTarget(new Cid(cid), backup.size(), backup.sha256());
        if (!gateways.anyServes(target, deadline)) {
            throw new IOException("Pinata reports that it stored the backup as " + cid
                    + ", but the content of that CID is different; the CID of the backup is " + expected);
        }
    }

    /**
     * Computes the CIDs of a backup.
     *
     * @throws IOException if the spooled bytes do not have the digest of the backup
     */
    private static List<String> computeCids(SealedBackup backup, List<CidProfile> profiles, Deadline deadline)
            throws IOException {
        try (DigestingInputStream in = new DigestingInputStream(backup.newStream(), deadline)) {
            Map<CidProfile, UnixFsFile> files = CidCalculator.of(in, profiles.toArray(CidProfile[]::new));
            if (!in.sha256().equals(backup.sha256())) {
                throw new IOException("the spooled bytes of backup "
                        + backup.header().id() + " differ from the sealed ones; nothing was uploaded");
            }
            return files.values().stream().map(file -> file.cid().text()).toList();
        }
    }

    /** The CIDs named by the operator or by a pointer store. */
    private List<String> pointerCids(Deadline deadline) {
        List<String> cids = new ArrayList<>();
        restoreCid.ifPresent(cid -> cids.add(cid.text()));
        for (String value : context.pointers(POINTER, deadline)) {
            if (Cid.isValid(value)) {
                cids.add(value);
            } else {
                context.warn(POINTER + " is \"" + value + "\", which is not a CID; it is ignored");
            }
        }
        return cids;
    }

    private static Cid cidOf(StoredBackup backup) throws IOException {
        if (!Cid.isValid(backup.location())) {
            throw new IOException("\"" + backup.location() + "\" is not a location of this sink; expected a CID");
        }
        return new Cid(backup.location());
    }
}
