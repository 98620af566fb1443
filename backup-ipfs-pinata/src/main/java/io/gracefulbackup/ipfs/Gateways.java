package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.ServiceClient.StreamingResponse;
import io.gracefulbackup.ipfs.ContentVerifier.Verdict;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.SinkContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The configured gateways in order of preference. A gateway that sent wrong content for a CID is tried last for that
 * CID. Safe for use by several threads.
 */
final class Gateways {
    private final List<Gateway> gateways;
    private final SinkContext context;
    private final Map<String, Set<Gateway>> distrusted = new ConcurrentHashMap<>();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    Gateways(List<Gateway> gateways, SinkContext context) {
        this.gateways = List.copyOf(gateways);
        this.context = context;
    }

    /** The URL under which people can view a CID. */
    String viewUrl(String cid) {
        return gateways.get(0).viewUrl(cid);
    }

    /**
     * Opens a file. If there are several gateways, one whose content begins with the header of a backup is preferred.
     * If there is none, the content is returned as it is, and the caller judges it.
     */
    InputStream open(DownloadTarget target, Deadline deadline) throws IOException {
        List<Gateway> order = byPreference(target);
        Set<Gateway> rejected = new LinkedHashSet<>();
        while (order.size() > 1 && rejected.size() < order.size()) {
            List<Gateway> remaining = new ArrayList<>(order);
            remaining.removeAll(rejected);
            Download download = download(target, remaining, deadline);
            RecordingInputStream recording = new RecordingInputStream(download);
            boolean plausible = false;
            try {
                Inspection found = context.inspectHeader(recording);
                plausible = !(found instanceof Inspection.Foreign) && !(found instanceof Inspection.Damaged);
            } catch (IOException e) {
                download.close();
                if (rejected.isEmpty()) {
                    throw e;
                }
                break;
            }
            if (plausible) {
                rejected.forEach(gateway -> distrust(target, gateway));
                return recording.replay();
            }
            download.close();
            rejected.addAll(download.servedBy());
        }
        return download(target, order, deadline);
    }

    /**
     * Whether a gateway serves content with the digest of the target under its CID. Downloads all of it.
     *
     * @throws IOException if none does and at least one could not be asked
     */
    boolean anyServes(DownloadTarget target, Deadline deadline) throws IOException {
        IOException failure = null;
        for (Gateway gateway : gateways) {
            try (Download download = new Download(target, List.of(gateway), deadline, (verdict, servedBy) -> {});
                    DigestInputStream in = new DigestInputStream(download, ContentVerifier.sha256())) {
                in.transferTo(OutputStream.nullOutputStream());
                if (HexFormat.of().formatHex(in.getMessageDigest().digest()).equals(target.sha256())) {
                    return true;
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return false;
    }

    /** Whether all gateways report that they do not have the file. */
    boolean allReportMissing(String cid, Deadline deadline) {
        for (Gateway gateway : gateways) {
            try (StreamingResponse response = gateway.get(cid, 0, deadline)) {
                int status = response.response().code();
                if (status != 404 && status != 410) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    private Download download(DownloadTarget target, List<Gateway> order, Deadline deadline) {
        return new Download(target, order, deadline, (verdict, servedBy) -> applyVerdict(target, verdict, servedBy));
    }

    private void applyVerdict(DownloadTarget target, Verdict verdict, Set<Gateway> servedBy) {
        if (verdict == Verdict.MISMATCH) {
            servedBy.forEach(gateway -> distrust(target, gateway));
        } else if (verdict == Verdict.UNKNOWN) {
            // If the content turns out to be damaged, it is requested again, and then from another gateway.
            distrusted(target).addAll(servedBy);
        }
    }

    private void distrust(DownloadTarget target, Gateway gateway) {
        distrusted(target).add(gateway);
        if (warned.add(target.cid() + " " + gateway)) {
            context.warn("The gateway " + gateway + " serves content that does not match " + target.cid()
                    + "; other gateways are tried first");
        }
    }

    private Set<Gateway> distrusted(DownloadTarget target) {
        return distrusted.computeIfAbsent(target.cid().text(), cid -> ConcurrentHashMap.newKeySet());
    }

    private List<Gateway> byPreference(DownloadTarget target) {
        Set<Gateway> distrusted = distrusted(target);
        List<Gateway> order = new ArrayList<>(gateways);
        order.removeAll(distrusted);
        gateways.stream().filter(distrusted::contains).forEach(order::add);
        return order;
    }
}
