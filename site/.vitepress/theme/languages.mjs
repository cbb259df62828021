// The other language of a page: the same page if it is translated, else the first one. The default theme would lead to
// pages that do not exist.
import { useData } from 'vitepress';
import { computed } from 'vue';

export function useLangs() {
  const { site, localeIndex, frontmatter } = useData();
  const homeOf = (key) => (key === 'root' ? '/' : `/${key}/`);
  const currentLang = computed(() => ({
    label: site.value.locales[localeIndex.value]?.label,
    link: homeOf(localeIndex.value),
  }));
  const localeLinks = computed(() =>
    Object.entries(site.value.locales)
      .filter(([key]) => key !== localeIndex.value)
      .map(([key, { label }]) => ({
        text: label,
        link: frontmatter.value.translation ?? homeOf(key),
      })),
  );
  return { localeLinks, currentLang };
}
