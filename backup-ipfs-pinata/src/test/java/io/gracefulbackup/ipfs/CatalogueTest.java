package io.gracefulbackup.ipfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import io.gracefulbackup.testkit.fakes.FakePin;
import io.gracefulbackup.testkit.fakes.FakePin.Api;
import io.gracefulbackup.testkit.fakes.FakePinata.AnswerStyle;
import io.gracefulbackup.testkit.fakes.FakePinata.ErrorStyle;
import io.gracefulbackup.testkit.fakes.FakePinata.ListOrder;
import io.gracefulbackup.testkit.fakes.Fault;
import io.gracefulbackup.testkit.fakes.PinataCall;
import io.gracefulbackup.testkit.fakes.PinataScope;
import io.gracefulbackup.testkit.internal.SyntheticBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The listing has what Pinata lists and what pointers name. It is empty only when that is certain. */
final class CatalogueTest extends SinkTest {
    private static final String NOT_PINNED = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    @Test
    void showsEveryBackupWithItsHint() throws IOException {
        PinataSink sink = withKeyPair();
        SyntheticBackup first = SyntheticBackup.of(1, 1000);
        SyntheticBackup second = SyntheticBackup.of(2, 2000);
        sink.store(first, enough());
        sink.store(second, enough());

        assertThat(list(sink))
                .extracting(entry -> entry.hint().orElseThrow())
                .containsExactlyInAnyOrder(
                        Hint.of(first.header(), first.size()), Hint.of(second.header(), second.size()));
    }

    @Test
    void reportsAnEmptyAccountAsEmpty() throws IOException {
        assertThat(withKeyPair().list(enough())).isEqualTo(Listing.of(List.of()));
        assertThat(withJwt().list(enough())).isEqualTo(Listing.of(List.of()));
    }

    @Test
    void leavesOtherApplicationsAndOtherFilesOut() throws IOException {
        pin(Api.LEGACY, Map.of());
        pin(Api.LEGACY, Map.of("type", "graceful-backup", "application", "other"));
        pin(Api.V3, Map.of("type", "something", "application", "app"));

        assertThat(list(withJwt())).isEmpty();
    }

    @Test
    void showsTheNewestBackupOfEachOtherApplication() throws IOException {
        pin(Api.LEGACY, Map.of());
        pin(Api.LEGACY, Map.of("type", "something", "application", "other"));
        pin(Api.LEGACY, Map.of("type", "graceful-backup"));
        withKeyPair().store(SyntheticBackup.of(9, 1000), enough());
        SyntheticBackup newest = SyntheticBackup.of("other", 7, 1000);
        SyntheticBackup third = SyntheticBackup.of("third", 1, 1000);
        FakePin newestPin = pin(Api.V3, KeyValues.of(newest, NOT_PINNED));
        pin(Api.LEGACY, KeyValues.of(SyntheticBackup.of("other", 6, 1000), NOT_PINNED));
        FakePin thirdPin = pin(Api.LEGACY, KeyValues.of(third, NOT_PINNED));

        assertThat(withJwt().listOthers(enough()))
                .containsExactlyInAnyOrder(
                        StoredBackup.at(newestPin.cid(), Hint.of(newest.header(), 1000)),
                        StoredBackup.at(thirdPin.cid(), Hint.of(third.header(), 1000)));
    }

    @Test
    void showsNoOtherApplicationsWithAKeyThatMayNotList() throws IOException {
        pin(Api.LEGACY, Map.of("type", "graceful-backup", "application", "other"));
        pinata.scopes(PinataScope.PIN_FILE);

        assertThat(withKeyPair().listOthers(enough())).isEmpty();
    }

    @Test
    void saysWhereItIsWithoutTheKey() {
        String host = java.net.URI.create(pinata.apiUrl()).getAuthority();

        assertThat(withJwt().place()).isEqualTo("IPFS, the pins of PINATA_JWT at " + host);
        context.unset("PINATA_JWT");
        assertThat(withKeyPair().place())
                .isEqualTo("IPFS, the pins of PINATA_API_KEY and PINATA_SECRET_KEY at " + host);
    }

    @ParameterizedTest
    @EnumSource(ListOrder.class)
    void readsAllPages(ListOrder order) throws IOException {
        pinata.order(order);
        List<String> cids = new ArrayList<>();
        for (int i = 0; i < 520; i++) {
            Map<String, Object> values = new java.util.HashMap<>(KeyValues.of(SyntheticBackup.of(i, 0), NOT_PINNED));
            cids.add(pin(i % 2 == 0 ? Api.LEGACY : Api.V3, values).cid());
        }

        assertThat(list(withJwt())).extracting(StoredBackup::location).containsExactlyInAnyOrderElementsOf(cids);

        pinata.answers(AnswerStyle.TERSE);
        assertThat(list(withJwt())).hasSize(520);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aJwtAsksBothApisSoThatAChangeOfCredentialsHidesNothing(boolean shared) throws IOException {
        pinata.sharedCatalogue(shared);
        StoredBackup byLegacy = withKeyPair().store(SyntheticBackup.of(1, 1000), enough());
        context.unset("PINATA_API_KEY");
        context.unset("PINATA_SECRET_KEY");
        PinataSink sink = withJwt();
        StoredBackup byV3 = sink.store(SyntheticBackup.of(2, 1000), enough());

        assertThat(list(sink))
                .extracting(StoredBackup::location)
                .containsExactlyInAnyOrder(byLegacy.location(), byV3.location());
    }

    @Test
    void aJwtForOneApiDoesNotProveEmptiness() throws IOException {
        assertThat(withJwt(pinata.v3Jwt()).list(enough())).isInstanceOf(Listing.NotListable.class);
        assertThat(withJwt(pinata.legacyJwt()).list(enough())).isInstanceOf(Listing.NotListable.class);

        PinataSink sink = withJwt(pinata.v3Jwt());
        sink.store(SyntheticBackup.of(1, 1000), enough());
        assertThat(list(sink)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorStyle.class,
            names = {"AS_DOCUMENTED", "TEXT"})
    void usesThePointersWhenTheKeyMayNotList(ErrorStyle style) throws IOException {
        pinata.errors(style);
        PinataSink sink = withKeyPair();
        StoredBackup stored = sink.store(SyntheticBackup.of(1, 1000), enough());
        pinata.scopes(PinataScope.PIN_FILE);

        assertThat(sink.list(enough()))
                .isInstanceOfSatisfying(
                        Listing.NotListable.class,
                        not -> assertThat(not.why()).contains("lacks the permission pinList"));

        context.addPointer(PinataSink.POINTER, stored.location());
        assertThat(list(sink)).containsExactly(StoredBackup.at(stored.location(), null));
        assertThat(read(sink, list(sink).get(0))).isNotEmpty();
    }

    @Test
    void aPointerToWhatIsListedAddsNothing() throws IOException {
        PinataSink sink = withKeyPair();
        SyntheticBackup backup = SyntheticBackup.of(1, 1000);
        context.addPointer(PinataSink.POINTER, sink.store(backup, enough()).location());

        assertThat(list(sink))
                .singleElement()
                .satisfies(entry -> assertThat(entry.hint()).contains(Hint.of(backup.header(), backup.size())));
    }

    @Test
    void aPointerToWhatIsNeitherListedNorServedIsLeftOutWithAWarning() throws IOException {
        context.addPointer(PinataSink.POINTER, NOT_PINNED);

        assertThat(list(withKeyPair())).isEmpty();
        assertThat(context.warnings()).singleElement().asString().contains(NOT_PINNED, "no longer pinned");
    }

    @Test
    void keepsAPointerThatCannotBeChecked() throws IOException {
        context.addPointer(PinataSink.POINTER, NOT_PINNED);
        pinata.always(Fault.empty(500), PinataCall.DOWNLOAD);

        assertThat(list(withKeyPair())).containsExactly(StoredBackup.at(NOT_PINNED, null));
    }

    @Test
    void aPointerThatIsNoCidIsLeftOutWithAWarning() throws IOException {
        context.addPointer(PinataSink.POINTER, "../admin");

        assertThat(list(withKeyPair())).isEmpty();
        assertThat(context.warnings()).singleElement().asString().contains("\"../admin\", which is not a CID");
    }

    @Test
    void listsTheChosenCidEvenIfPinataDoesNot() throws IOException {
        FakePin pin = pin(Api.LEGACY, Map.of());
        context.set("PINATA_RESTORE_CID", pin.cid());

        assertThat(list(withKeyPair())).containsExactly(StoredBackup.at(pin.cid(), null));
    }

    @Test
    void malformedKeyValuesGiveNoHint() throws IOException {
        Map<String, Object> values = new java.util.HashMap<>(KeyValues.of(SyntheticBackup.of(1, 0), NOT_PINNED));
        values.put("sequence", "many");
        pin(Api.LEGACY, values);

        assertThat(list(withKeyPair()))
                .singleElement()
                .satisfies(entry -> assertThat(entry.hint()).isEmpty());
    }

    @Test
    void findsAPendingFileUnderItsComputedCid() throws IOException {
        PinataSink sink = withJwt();
        StoredBackup stored = sink.store(SyntheticBackup.of(1, 1000), enough());
        pinata.cidsPending(true);

        assertThat(list(sink)).extracting(StoredBackup::location).containsExactly(stored.location());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rows", "files", "data"})
    void anAnswerWithoutItsListIsAnErrorNotEmpty(String field) {
        pinata.always(Fault.without(field), PinataCall.LEGACY_LIST, PinataCall.V3_LIST);

        assertThat(failure(() -> withJwt().list(enough()))).contains("without the field \"" + field + "\"");
    }

    @Test
    void aPinWithoutACidIsAnErrorNotEmpty() throws IOException {
        pin(Api.LEGACY, Map.of("type", "graceful-backup", "application", "app"));
        pinata.always(Fault.without("ipfs_pin_hash"), PinataCall.LEGACY_LIST);

        assertThat(failure(() -> withKeyPair().list(enough()))).contains("cannot be identified");
    }

    @Test
    void aRepeatedPageIsAnErrorNotEmpty() throws IOException {
        String page = "{\"data\":{\"files\":[],\"next_page_token\":\"x\"}}";
        pinata.always(Fault.answer(200, "application/json", page), PinataCall.V3_LIST);
        assertThat(failure(() -> withJwt().list(enough()))).contains("the same page");

        context.unset("PINATA_JWT");
        String rows = "{\"rows\":[{\"id\":\"1\",\"ipfs_pin_hash\":\"" + NOT_PINNED + "\"}]}";
        pinata.always(Fault.answer(200, "application/json", rows), PinataCall.LEGACY_LIST);
        assertThat(failure(() -> withKeyPair().list(enough()))).contains("the same page");
    }

    @Test
    void aFailingApiIsAnErrorNotEmpty() {
        pinata.always(Fault.empty(500), PinataCall.V3_LIST);

        assertThat(failure(() -> withJwt().list(seconds(1)))).contains("answered 500");
    }

    @Test
    void aPageOfHtmlIsAnErrorNotEmpty() {
        pinata.always(Fault.html(200), PinataCall.LEGACY_LIST);

        assertThat(failure(() -> withKeyPair().list(enough()))).contains("without the field \"rows\"");
    }

    private FakePin pin(Api api, Map<String, ?> keyValues) throws IOException {
        byte[] bytes = ("content " + pinata.pins().size()).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return pinata.pin(api, "by another program", keyValues, new ByteArrayInputStream(bytes));
    }
}
