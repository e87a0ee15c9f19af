-- How much may wait in the lists of the text indexes of posts, whoever writes says (`list_limit`): of many posts more than of one.
ALTER INDEX idx_posts_index_doc   RESET (gin_pending_list_limit);
ALTER INDEX idx_posts_index_exact RESET (gin_pending_list_limit);
ALTER INDEX idx_posts_index_typos RESET (gin_pending_list_limit);
