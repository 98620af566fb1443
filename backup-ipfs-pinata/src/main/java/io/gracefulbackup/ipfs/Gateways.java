package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.HttpService.Opened;
import io.gracefulbackup.ipfs.ContentCheck.Verdict;
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
 * All gateways, in the order in which they are preferred. A gateway that has sent something else than it was asked for is
 * asked last for it from then on. Safe for use by several threads.
 */
final class Gateways {
    private final List<Gateway> gateways;
    private final SinkContext context;
    private final Map<String, Set<Gateway>> doubted = new ConcurrentHashMap<>();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    Gateways(List<Gateway> gateways, SinkContext context) {
        this.gateways = List.copyOf(gateways);
        this.context = context;
    }

    /** Where people find a CID. */
    String view(String cid) {
        return gateways.get(0).view(cid);
    }

    /**
     * The bytes of a file. Where there is a choice of gateways, from one whose header is that of a backup; what they all
     * say is handed out whatever it is, for the caller to judge.
     */
    InputStream open(Wanted wanted, Deadline deadline) throws IOException {
        List<Gateway> order = preferred(wanted);
        Set<Gateway> doubtful = new LinkedHashSet<>();
        while (order.size() > 1 && doubtful.size() < order.size()) {
            List<Gateway> rest = new ArrayList<>(order);
            rest.removeAll(doubtful);
            Download download = download(wanted, rest, deadline);
            Replay head = new Replay(download);
            boolean good = false;
            try {
                Inspection found = context.inspectHeader(head);
                good = !(found instanceof Inspection.Foreign) && !(found instanceof Inspection.Damaged);
            } catch (IOException nobody) {
                download.close();
                if (doubtful.isEmpty()) {
                    throw nobody;
                }
                break;
            }
            if (good) {
                doubtful.forEach(gateway -> doubt(wanted, gateway));
                return head.again();
            }
            download.close();
            doubtful.addAll(download.servedBy());
        }
        return download(wanted, order, deadline);
    }

    /**
     * Whether some gateway has a file with the wanted digest under the wanted CID.
     *
     * @throws IOException if none could be asked
     */
    boolean serve(Wanted wanted, Deadline deadline) throws IOException {
        IOException failure = null;
        for (Gateway gateway : gateways) {
            try (Download download = new Download(wanted, List.of(gateway), deadline, (verdict, by) -> {});
                    DigestInputStream in = new DigestInputStream(download, ContentCheck.sha256())) {
                in.transferTo(OutputStream.nullOutputStream());
                if (HexFormat.of().formatHex(in.getMessageDigest().digest()).equals(wanted.sha256())) {
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

    /** Whether all gateways say that there is no such file. */
    boolean miss(String cid, Deadline deadline) {
        for (Gateway gateway : gateways) {
            try (Opened opened = gateway.get(cid, 0, deadline)) {
                int status = opened.response().code();
                if (status != 404 && status != 410) {
                    return false;
                }
            } catch (IOException unknown) {
                return false;
            }
        }
        return true;
    }

    private Download download(Wanted wanted, List<Gateway> order, Deadline deadline) {
        return new Download(wanted, order, deadline, (verdict, by) -> judge(wanted, verdict, by));
    }

    private void judge(Wanted wanted, Verdict verdict, Set<Gateway> by) {
        if (verdict == Verdict.WRONG) {
            by.forEach(gateway -> doubt(wanted, gateway));
        } else if (verdict == Verdict.UNKNOWN) {
            // If the seal finds it damaged it is asked for again, and then another one should have a try.
            doubted(wanted).addAll(by);
        }
    }

    private void doubt(Wanted wanted, Gateway gateway) {
        doubted(wanted).add(gateway);
        if (warned.add(wanted.cid() + " " + gateway)) {
            context.warn("The gateway " + gateway + " serves something else than " + wanted.cid()
                    + "; others are asked before it");
        }
    }

    private Set<Gateway> doubted(Wanted wanted) {
        return doubted.computeIfAbsent(wanted.cid().text(), cid -> ConcurrentHashMap.newKeySet());
    }

    private List<Gateway> preferred(Wanted wanted) {
        Set<Gateway> last = doubted(wanted);
        List<Gateway> order = new ArrayList<>(gateways);
        order.removeAll(last);
        gateways.stream().filter(last::contains).forEach(order::add);
        return order;
    }
}
