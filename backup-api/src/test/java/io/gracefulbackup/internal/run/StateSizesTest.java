package io.gracefulbackup.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.internal.catalog.SectionSizes.Shrink;
import io.gracefulbackup.internal.format.Section;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateSizesTest {
    private final StateSizes sizes = new StateSizes();

    private static List<Section> section(String name, long length) {
        return List.of(new Section(name, 1, length));
    }

    @ParameterizedTest
    @CsvSource({
        "60000, 2, true", // 3,000 entries, then {}
        "60000, 29999, true",
        "60000, 30000, false",
        "1000, 400, true",
        "999, 400, false", // a small state that varies
        "100, 40, false",
        "200, 2, true", // a few entries, then {}
        "200, 3, false",
        "100, 2, false",
        "0, 0, false",
    })
    void tellsWhichLossesAreNoticed(long before, long now, boolean isNoticed) {
        sizes.stored(section("blocks", before));

        assertThat(sizes.shrunk(section("blocks", now)))
                .isEqualTo(isNoticed ? List.of(new Shrink("blocks", before, now)) : List.of());
    }

    @Test
    void findsTheOneSectionThatShrankBesideALargerOne() {
        sizes.stored(List.of(new Section("blocks", 1, 1_000_000), new Section("users", 1, 5_000)));

        assertThat(sizes.shrunk(List.of(new Section("blocks", 1, 1_000_001), new Section("users", 1, 2))))
                .containsExactly(new Shrink("users", 5_000, 2));
    }

    @Test
    void comparesWithTheLastRehearsalToo() {
        sizes.stored(section("blocks", 10));
        sizes.rehearsed(section("blocks", 9_000));

        assertThat(sizes.shrunk(section("blocks", 100))).containsExactly(new Shrink("blocks", 9_000, 100));
    }

    @Test
    void aRehearsalOfAStateThatWasEmptiedDoesNotHideTheLoss() {
        sizes.stored(section("blocks", 9_000));
        sizes.rehearsed(section("blocks", 2));

        assertThat(sizes.shrunk(section("blocks", 2))).containsExactly(new Shrink("blocks", 9_000, 2));
    }

    @Test
    void aLossIsNoticedOnce() {
        sizes.rehearsed(section("blocks", 9_000));
        sizes.stored(section("blocks", 2));

        assertThat(sizes.shrunk(section("blocks", 2))).isEmpty();
    }

    @Test
    void knowsNothingOfANewSection() {
        sizes.stored(section("blocks", 9_000));

        assertThat(sizes.shrunk(section("users", 2))).isEmpty();
    }
}
