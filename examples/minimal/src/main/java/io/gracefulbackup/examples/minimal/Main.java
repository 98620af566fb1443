package io.gracefulbackup.examples.minimal;

// snippet: quickstart
import io.gracefulbackup.GracefulShutdown;
import io.gracefulbackup.StateSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.type.TypeReference;

public final class Main {
    public static void main(String[] args) {
        Map<String, Integer> ledger = new ConcurrentHashMap<>();

        GracefulShutdown backup = GracefulShutdown.install(
                StateSource.json("ledger", new TypeReference<Map<String, Integer>>() {}, () -> ledger, saved -> {
                    ledger.clear(); // a restore replaces the state
                    ledger.putAll(saved);
                }));

        backup.write(() -> ledger.merge("starts", 1, Integer::sum)); // returns only if the final backup will contain it
        System.out.println("This is start number " + ledger.get("starts"));
    }
}
// end
